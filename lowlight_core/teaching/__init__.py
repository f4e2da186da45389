"""What only explains: CLAHE tile by tile, networks in words and drawings, and metrics that lie beside the right ones."""
