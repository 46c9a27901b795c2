"""Makes resources/fonts from Inter, as its authors release it: packaging/make_font.py FOLDER

FOLDER holds Inter-Regular.woff2 and Inter-SemiBold.woff2 of Inter 4.1 (the folder `web` of the npm package inter-ui
4.1.1) and OFL.txt, its licence (there LICENSE.txt). Needs fonttools 4.68.0 and brotli 1.2.1, and no network; the same
files give the same fonts, to the byte.

The fonts get a name of their own, so that another Inter of the system does not take their place.
"""

import shutil
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

MADE = Path(__file__).resolve().parents[1] / "resources/fonts"
FAMILY = "Inter Desk"
STYLES = ("Regular", "SemiBold")
# Latin, Greek, Cyrillic, their marks; punctuation, currencies, letter-like signs, fractions, arrows, sums, shapes.
WANTED = (
    *((0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1EFF)),
    *((0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20CF), (0x2100, 0x218F), (0x2190, 0x21FF), (0x2200, 0x22FF)),
    *((0x2318, 0x2318), (0x21E7, 0x21E7), (0x25A0, 0x25FF), (0x2713, 0x2717), (0xFFFD, 0xFFFD)),
)
# Figures of one width, and pairs. No contextual forms: they cost each text its time, and change what is typed.
FEATURES = ["tnum", "kern"]


# What figures of one width are made of. A hyphen as wide as they are would tear words apart, and BTC-USD.
OF_FIGURES = {ord(letter) for letter in "0123456789+,.:\N{MINUS SIGN}"}


def narrow_figures(font: TTFont) -> None:
    """Let `tnum` change those and nothing else."""
    letters = {glyph: code for code, glyph in font.getBestCmap().items()}
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        for lookup in record.Feature.LookupListIndex if record.FeatureTag == "tnum" else ():
            for subtable in table.LookupList.Lookup[lookup].SubTable:
                mapping = getattr(subtable, "ExtSubTable", subtable).mapping
                for glyph in [glyph for glyph in mapping if letters.get(glyph) not in OF_FIGURES]:
                    del mapping[glyph]


def make(source: Path, style: str) -> None:
    """One file: the wanted characters, unhinted as they come, named anew."""
    font = TTFont(source, recalcTimestamp=False)
    narrow_figures(font)
    options = Options()
    options.layout_features = FEATURES
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.name_languages = [0x409]
    options.glyph_names = False
    options.hinting = False
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in WANTED for code in range(first, last + 1)])
    subsetter.subset(font)
    for record in list(font["name"].names):
        if record.nameID in (1, 3, 4, 6, 16, 17):
            font["name"].removeNames(record.nameID)
    is_regular = style == "Regular"
    names = {1: FAMILY if is_regular else f"{FAMILY} {style}", 2: "Regular", 3: f"{FAMILY} {style} 4.1"}
    names |= {4: f"{FAMILY} {style}", 6: f"{FAMILY.replace(' ', '')}-{style}"}
    if not is_regular:
        names |= {16: FAMILY, 17: style}
    for identity, text in names.items():
        font["name"].setName(text, identity, 3, 1, 0x409)
    font.flavor = None
    font.save(MADE / f"{FAMILY.replace(' ', '')}-{style}.ttf", reorderTables=True)


def main() -> None:
    folder = Path(sys.argv[1])
    MADE.mkdir(exist_ok=True)
    for style in STYLES:
        make(folder / f"Inter-{style}.woff2", style)
    shutil.copyfile(folder / "OFL.txt", MADE / "OFL.txt")


if __name__ == "__main__":
    main()
