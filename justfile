# Recipes for developers; `just` lists them. CONTRIBUTING.md says more.

_list:
    @just --list --unsorted

# Install cvgen, the locked dependencies, TeX engines and test programs
setup:
    python -m pip install -r requirements-dev.txt -e .
    cvgen setup --yes --dev

# Run the tests but the long ones: `just test -k dates`
test *arguments:
    python -m pytest {{ arguments }}

# Check style and types
lint:
    ruff check .
    ruff format --check .
    mypy

# Format, and fix what can be fixed
format:
    ruff check --fix .
    ruff format .

# Run the long tests, and each property with many examples
long *arguments:
    python -m pytest -m "long or hypothesis" --hypothesis-profile=thorough \
        --ignore=tests/pdf/test_verapdf.py --ignore=tests/pdf/test_reading_order.py {{ arguments }}

# Judge all PDFs by veraPDF, and their reading order; needs a JDK and libjaxb-java
verapdf:
    python -m pytest -m long -n 0 tests/pdf/test_verapdf.py tests/pdf/test_reading_order.py

# Write golden files anew; read the diff
golden:
    python -m pytest --update-golden

# Resolve dependencies anew, in their newest versions; needs uv
lock:
    uv pip compile --universal --python-version 3.11 --extra dev --upgrade --quiet pyproject.toml -o requirements-dev.txt

# Run everything that CI runs
ci:
    bash .ci/run
