"""The subcommands of ``python -m lowlight_core``: each module has ``add_arguments(parser)`` and ``main(args)``."""
