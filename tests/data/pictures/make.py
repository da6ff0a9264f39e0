#!/usr/bin/env python3
"""Makes the picture files beside it (Debian: python3-pil, python3-numpy). The tests know the pattern by its formula."""
import os
import numpy as np
from PIL import Image

os.chdir(os.path.dirname(os.path.abspath(__file__)))
row, col = np.mgrid[0:16, 0:24]
red, green, blue = 8 * row, 10 * col, 255 - 8 * row
colour = Image.fromarray(np.dstack([red, green, blue]).astype(np.uint8))
grey = Image.fromarray(green.astype(np.uint8))

colour.save("colour.png")
colour.save("colour.jpg", quality=100, subsampling=0)
colour.save("colour.bmp")
colour.save("colour.webp", lossless=True)
colour.save("colour.tif", compression="tiff_lzw")
grey.save("grey.png")
colour.convert("P", palette=Image.Palette.ADAPTIVE, colors=256).save("palette.png")
Image.fromarray((257 * green).astype(np.uint16)).save("grey16.png")
Image.fromarray((257 * green).astype(np.uint16)).save("grey16.tif")
Image.fromarray((green / 255).astype(np.float32)).save("float.tif")
Image.fromarray((green * 1.0).astype(np.float32)).save("float-beyond-1.tif")
alpha = np.where(col < 12, 255, 0)
Image.fromarray(np.dstack([red, green, blue, alpha]).astype(np.uint8)).save("alpha.png")
colour.convert("CMYK").save("cmyk.jpg", quality=100, subsampling=0)
exif = Image.Exif()
exif[0x0112] = 6  # the picture is upright after a quarter turn clockwise
colour.save("turned.jpg", quality=100, subsampling=0, exif=exif)
Image.fromarray(np.dstack([green] * 3).astype(np.uint8)).save("grey-as-colour.png")
