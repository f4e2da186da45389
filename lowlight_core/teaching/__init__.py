"""What only explains: CLAHE tile by tile, networks in words and drawings, lying metrics beside the right ones."""
