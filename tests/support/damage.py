"""Damage to files."""

__all__ = ["flip_bit"]


def flip_bit(path, place):
    """Change one bit of a file."""
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1]))
