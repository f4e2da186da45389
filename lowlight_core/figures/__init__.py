"""Figures for pages, notebooks and reports: each function takes data and returns a Plotly figure."""
