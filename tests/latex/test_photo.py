"""The portrait: only a sound image from the profile's own folder gets into the PDF, and only its pixels do."""

import io
import os
import struct
import zlib

import pytest
from PIL import Image
from pypdf import PdfReader

from cvgen import pipeline
from cvgen.builder import build
from cvgen.errors import ExitCode, ProfileError

EXIF_ORIENTATION, EXIF_MAKER, EXIF_GPS = 0x0112, 0x010F, 0x8825


def image(kind="PNG", size=(60, 40), mode="RGB", **options):
    """Return an image whose left half is red and whose right half is blue."""
    picture = Image.new(mode, size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def empty_png(width, height):
    """Return a PNG that claims to be of that size."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.fixture
def with_photo(profile):
    """Return a function that writes a profile with a photo."""

    def write(photo, **document):
        person = {"name": "Ada Lovelace", "photo": photo}
        return profile({"kind": "text", "text": "x"}, person=person, **({"document": document} if document else {}))

    return write


@pytest.fixture
def no_engine(monkeypatch):
    monkeypatch.setattr(pipeline, "run_engine", lambda *_, **__: pytest.fail("an engine was started"))


def refused(path):
    with pytest.raises(ProfileError) as caught:
        build(path, output=path.parent / "x.pdf")
    assert caught.value.exit_code == ExitCode.PROFILE
    (one,) = caught.value.diagnostics
    assert (one.code, one.span.line) == ("photo", 3)
    assert one.hints
    return one.message


def pictures(data):
    return [file.image for page in PdfReader(io.BytesIO(data)).pages for file in page.images]


@pytest.mark.parametrize("shape", ["round", "square"])
@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("theme", ["awesome", "plain"])
@pytest.mark.parametrize("engine", ["xelatex", pytest.param("lualatex", marks=pytest.mark.long)])
def test_the_photo_stands_in_the_pdf(with_photo, request, engine, theme, shape, side):
    """In both themes, round or square, left or right: one picture on the first page, at its side, and no warning."""
    request.getfixturevalue(engine)
    path = with_photo({"path": "me.png", "shape": shape, "side": side, "alt": "Ada"}, theme=theme)
    (path.parent / "me.png").write_bytes(image())
    result = build(path, output=path.parent / "x.pdf", engine=engine)
    assert result.diagnostics == ()
    assert [picture.size for picture in pictures(result.data)] == [(60, 40)]
    page = PdfReader(io.BytesIO(result.data)).pages[0]
    places = []

    def see(operator, operands, matrix, _):
        name = operands[0] if operator == b"Do" else None
        if name and page["/Resources"]["/XObject"][name].get_object()["/Subtype"] == "/Image":
            places.append(matrix[4])

    page.extract_text(visitor_operand_before=see)
    (left,) = places
    assert (left < float(page.mediabox.width) / 2) == (side == "left")
    # A circle is four curves, a square none.
    stream = page.get_contents().get_data()
    assert (b" c\n" in stream.replace(b" c h", b" c\n") or b" c " in stream) or shape == "square"


@pytest.mark.parametrize("name", ["me.jpg", "me.jpeg", "me.JPG"])
def test_a_jpeg_is_as_good(with_photo, xelatex, name):
    """The ending says what the file is, in any case."""
    path = with_photo(name)
    (path.parent / name).write_bytes(image("JPEG"))
    assert len(pictures(build(path, output=path.parent / "x.pdf").data)) == 1


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1"])
def test_every_kind_of_png_can_be_set(with_photo, xelatex, mode):
    """Grey, transparent and indexed images are converted."""
    path = with_photo("me.png")
    picture = Image.open(io.BytesIO(image())).convert(mode)
    picture.save(path.parent / "me.png")
    assert pictures(build(path, output=path.parent / "x.pdf").data)


def test_exif_is_stripped_and_obeyed(with_photo, xelatex):
    """Where and with which camera a photo was taken stays home; the way up that it tells is kept."""
    exif = Image.Exif()
    exif[EXIF_ORIENTATION], exif[EXIF_MAKER] = 6, "SecretCamera"
    exif.get_ifd(EXIF_GPS)[1] = "N"
    path = with_photo("me.jpg")
    (path.parent / "me.jpg").write_bytes(image("JPEG", exif=exif.tobytes(), comment=b"SecretComment"))
    data = build(path, output=path.parent / "x.pdf").data
    (picture,) = pictures(data)
    assert picture.size == (40, 60)
    red, _, blue = picture.convert("RGB").getpixel((20, 5))
    assert red > blue
    reader = PdfReader(io.BytesIO(data))
    (photo,) = [file.data for page in reader.pages for file in page.images]
    assert not dict(Image.open(io.BytesIO(photo)).getexif())
    for secret in (b"SecretCamera", b"SecretComment", b"Exif"):
        assert secret not in data + photo


def test_a_profile_may_be_named_from_a_folder_below(with_photo, monkeypatch, xelatex):
    """The `..` that leads to the profile is the caller's, and not the photo's."""
    path = with_photo("ada.png")
    (path.parent / "ada.png").write_bytes(image())
    (path.parent / "below").mkdir()
    monkeypatch.chdir(path.parent / "below")
    assert build(f"../{path.name}", output="x.pdf").data == build(path, output="y.pdf").data


@pytest.mark.parametrize("where", ["../me.png", "/{folder}/me.png", "photos/../../me.png"])
def test_a_photo_outside_of_the_profiles_folder_is_refused(with_photo, no_engine, tmp_path, where):
    """A profile from a stranger cannot put other files of yours into its PDF."""
    (tmp_path / "me.png").write_bytes(image())
    path = with_photo(where.format(folder=tmp_path))
    (path.parent / "photos").mkdir()
    assert "outside" in refused(path)


def test_a_link_is_refused(with_photo, no_engine, tmp_path):
    """Neither a link to a file nor one through a folder leads out, nor any link in."""
    (tmp_path / "me.png").write_bytes(image())
    path = with_photo("me.png")
    (path.parent / "me.png").symlink_to(tmp_path / "me.png")
    assert "outside" in refused(path)
    (path.parent / "real.png").write_bytes(image())
    (path.parent / "me.png").unlink()
    (path.parent / "me.png").symlink_to("real.png")
    assert "link" in refused(path)
    path = with_photo("photos/me.png")
    (path.parent / "photos").symlink_to(tmp_path)
    assert "outside" in refused(path)


def test_what_is_no_file_is_refused_at_once(with_photo, no_engine):
    """A pipe, a device, a folder, nothing: an error at once."""
    path = with_photo("me.png")
    target = path.parent / "me.png"
    assert "cannot be read" in refused(path)
    os.mkfifo(target)
    assert "not a regular file" in refused(path)
    target.unlink()
    target.mkdir()
    assert "me.png" in refused(path)
    target.rmdir()
    target.symlink_to("/dev/zero")
    assert refused(path)


GIF = image("GIF")
DAMAGED = {
    "a GIF called PNG": ("me.png", GIF),
    "a JPEG called PNG": ("me.png", image("JPEG")),
    "a PNG called JPEG": ("me.jpg", image("PNG")),
    "PostScript called JPEG": ("me.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n/x {(/etc/passwd) (r) file} def\n"),
    "a PDF called PNG": ("me.png", b"%PDF-1.7\n"),
    "text": ("me.png", b"hello"),
    "nothing": ("me.png", b""),
    "a truncated PNG": ("me.png", image(size=(600, 400))[:-60]),
    "a truncated JPEG": ("me.jpg", image("JPEG", size=(600, 400))[:-60]),
    "no pixels": ("me.png", empty_png(10, 10)),
    "one name for another kind": ("me.gif", GIF),
    "SVG": ("me.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_an_image_that_is_none_is_refused(with_photo, no_engine, case):
    """What a file is decides its content; what is damaged never reaches TeX."""
    name, data = DAMAGED[case]
    path = with_photo(name)
    (path.parent / name).write_bytes(data)
    assert name in refused(path)


@pytest.mark.parametrize(("width", "height"), [(5001, 5000), (10_000, 10_000), (100_000, 100_000), (2**31 - 1, 1)])
def test_an_image_of_too_many_pixels_is_refused(with_photo, no_engine, width, height):
    """A small file that would fill the memory is refused by what its header says."""
    path = with_photo("me.png")
    (path.parent / "me.png").write_bytes(empty_png(width, height))
    assert "25 million pixels" in refused(path)


def test_a_file_that_is_too_large_is_refused(with_photo, no_engine):
    """Over five megabytes it is not read to the end."""
    path = with_photo("me.png")
    (path.parent / "me.png").write_bytes(image() + bytes(5 << 20))
    assert "over 5 MB" in refused(path)


def test_a_large_jpeg_is_refused_by_its_header(with_photo, no_engine):
    """The size of a JPEG stands behind its other headers."""
    path = with_photo("me.jpg")
    data = bytearray(image("JPEG", comment=b"before the frame"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
    (path.parent / "me.jpg").write_bytes(data)
    assert "25 million pixels" in refused(path)


def test_the_same_photo_gives_the_same_bytes(with_photo, xelatex):
    """Reading an image again changes nothing in the PDF."""
    path = with_photo("me.jpg")
    (path.parent / "me.jpg").write_bytes(image("JPEG"))
    first, second = (build(path, output=path.parent / f"{at}.pdf").data for at in range(2))
    assert first == second
