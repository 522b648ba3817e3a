"""Compare profiles and works with each other: what differs, is misspelt, stands twice or is empty.

    records    what files say of works, with places      entries    facts that are no works: names, posts
    papers     which records are of one paper            works      one paper, field by field
    spellings  one thing spelled in several ways         links      one link for two papers
    bullets    bullets and labels, in both               profiles   within one person's profiles
    against    pages, PDFs and works files
    check      all of these                              baseline   findings that were accepted
    finding    codes, severities and hints               page_*     the parts of a page

Nothing is edited: profiles keep what their owners published.
"""
