#!/usr/bin/env python3
"""stars.png from the Hubble photograph: make-stars.py hubble_deep_field.jpg (Debian: python3-pil).

The upper left 256 x 256 pixels in grey; all below 90 of 255 is set to 0 (the sky), the rest stretched to 0..255.
"""
import os
import sys
from PIL import Image

sky = 90
photograph = Image.open(sys.argv[1]).convert("L").crop((0, 0, 256, 256))
stars = photograph.point(lambda v: round(max(0, v - sky) * 255 / (255 - sky)))
stars.save(os.path.join(os.path.dirname(os.path.abspath(__file__)), "stars.png"))
