"""Build a CV from data that a program has, without a YAML file.

Run: python examples/build_from_python.py [FOLDER]
"""

import sys
from pathlib import Path

import cvgen


def main(folder: Path) -> None:
    profile = cvgen.load_profile(
        {
            "person": {"name": "Katherine Johnson", "position": "Mathematician", "email": "katherine@example.org"},
            "sections": [
                {
                    "kind": "experience",
                    "entries": [
                        {
                            "organization": "NASA",
                            "role": "Aerospace Technologist",
                            "start_date": "1958",
                            "end_date": "1986",
                            "highlights": ["Computed the trajectory of Freedom 7."],
                        }
                    ],
                },
                {
                    "kind": "publications",
                    "entries": [
                        {
                            "title": "Determination of Azimuth Angle at Burnout for Placing a Satellite",
                            "authors": ["Ted Skopinski", "Katherine Johnson"],
                            "venue": "NASA Technical Note D-233",
                            "date": "1960-09",
                        }
                    ],
                },
            ],
        }
    )
    result = cvgen.build(profile, output=folder / "katherine_johnson.pdf")
    print(f"{result.pdf}: {result.pages} page(s), {result.engine}")

    # The same document as text, from the same composed blocks.
    print(cvgen.emit(cvgen.compose(profile), "text"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("build"))
