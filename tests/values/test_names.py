"""Names: the owner is found by exact words, everyone else at most looks similar."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvgen.values.name_matching import Match, Owner, OwnerMatch, find_owner, same_person
from cvgen.values.names import PersonName, fold_name, is_group, read_listed_name, split_marks, split_name

# Everyone in the author lists of the seed profiles; all are different people.
AUTHORS = """
Chao Jin, Xin Jin, Xin Liu, Xuanzhe Liu, Zili Zhang, Yibo Zhu, Ruidong Zhu, Ziheng Jiang, Yimin Jiang, Daxin
Jiang, Xuanlin Jiang, Fangyue Liu, Shufan Liu, Lingjun Liu, Yunxin Liu, Juncai Liu, Zhenming Liu, Shengyu Liu,
Gang Huang, Qi Huang, Sheng Qi, Chiheng Lou, Dapeng Nie, Haoran Yang, Haoran Wei, Yunshan Jia, Zhen Jia,
Chaobo Jia, Qing Li, Xiang Li, Mosharaf Chowdhury, Xingyu Xiang, Songyun Zou, Linpeng Tang, Zhihao Bai, Zheng
Zhong, Yinmin Zhong, Ningxin Zheng, Size Zheng, Xi Wang, Qipeng Wang, Dongyang Wang, Haoyu Wang, Wei Wang,
Cong Xie, Dedong Xie, Wen Heng, Yiyuan Ma, Yun Ma, Wenlei Bao, Yanghua Peng, Haibin Lin, Peng Wu, Bingyang Wu,
Cesar A. Stuardo, Xinlei Zhang, Xinyi Zhang, Huaping Zhou, Hongyu Zhou, Yu Zhou, Yang Cheng, Yue Cheng,
Jianzhe Xiao, Li-Wen Chang, Jianxi Ye, Xiao Yu, Xiaoniu Song, Hanpeng Hu, Nuo Chen, Yukun Chen, Zhenpeng Chen,
Changyi Wan, Yao Wan, Mengwei Xu, Xinran Dong, Jinliang Yuan, Ranchen Ming, Jianjian Sun, Peng Sun, Zheng Ge,
Lei Xia, Diandian Gu, Jinfeng Wen, Minchen Yu, Jiasi Shen
"""
PEOPLE = [" ".join(name.split()) for name in AUTHORS.split(",")]
words = st.sampled_from(
    ["Chao", "C.", "Jin", "J", "Xin", "van", "de", "Müller", "Li-Wen", ",", "Jr.", "金超", "(靳新)", "*", "Ø", "Ma"]
)
names = st.text(max_size=20) | st.lists(words, max_size=5).map(" ".join)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("YiBo Zhu", "yibo zhu"),
        ("Straße Groß", "strasse gross"),
        ("Søren Łukasiewicz-Đorđević", "soren lukasiewicz dordevic"),
        ("Nguyễn Văn", "nguyen van"),
        ("O’Brien", "obrien"),
        ("C.J. Lou", "c j lou"),
        ("Ｊｉｎ", "jin"),
        ("金 超", "金超"),
        ("ががく", "ががく"),  # the Japanese voicing mark is no accent
        ("  ", ""),
    ],
)
def test_folding_drops_what_spellings_differ_in(name, folded):
    """Case, accents, hyphens, punctuation and spacing do not separate two spellings of a name."""
    assert fold_name(name) == folded


@given(st.text())
def test_folding_twice_changes_nothing(name):
    """A folded name can be stored and folded again."""
    assert fold_name(fold_name(name)) == fold_name(name)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Chao Jin", PersonName("Chao", "Jin")),
        ("Jin, Chao", PersonName("Chao", "Jin")),
        ("Cesar A. Stuardo", PersonName("Cesar A.", "Stuardo")),
        ("Plato", PersonName("", "Plato")),
        ("Ludwig van Beethoven", PersonName("Ludwig", "Beethoven", particles="van")),
        ("Oscar de la Renta", PersonName("Oscar", "Renta", particles="de la")),
        ("Ursula von der Leyen", PersonName("Ursula", "Leyen", particles="von der")),
        ("LUDWIG VAN BEETHOVEN", PersonName("LUDWIG", "BEETHOVEN", particles="VAN")),
        ("Muhammad al-Khwarizmi", PersonName("Muhammad", "al-Khwarizmi")),
        ("Thi Van Nguyen", PersonName("Thi Van", "Nguyen")),
        ("Al Gore", PersonName("Al", "Gore")),
        ("Martin Luther King Jr.", PersonName("Martin Luther", "King", suffix="Jr.")),
        ("Sammy Davis, Jr.", PersonName("Sammy", "Davis", suffix=", Jr.")),
        ("金超", PersonName("", "金超", "金超")),
        ("Chao Jin (金超)", PersonName("Chao", "Jin", "金超")),
        ("金超 Chao Jin", PersonName("Chao", "Jin", "金超")),
        ("Dr. Mara Quill", PersonName("Mara", "Quill", prefix="Dr.")),
        ("Prof. Dr.-Ing. Ada von Byron", PersonName("Ada", "Byron", prefix="Prof. Dr.-Ing.", particles="von")),
        ("Mara Quill, Ph.D.", PersonName("Mara", "Quill", postnominals="Ph.D.")),
        ("Mara Quill, M.D., FRS", PersonName("Mara", "Quill", postnominals="M.D., FRS")),
        ("Mara Quill PhD", PersonName("Mara", "Quill", postnominals="PhD")),
        ("Quill, MA", PersonName("MA", "Quill")),
        ("van der Berg, Vincent", PersonName("Vincent", "Berg", particles="van der")),
        ("Smith, Jr., John", PersonName("John", "Smith", suffix="Jr.")),
        ("", PersonName("", "")),
    ],
)
def test_a_name_is_divided_where_its_owner_would(name, parts):
    """Particles and suffixes belong to the family name, East Asian forms are never divided."""
    assert split_name(name) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Chao Jin*", ("Chao Jin", "*")),
        ("Chao Jin *†", ("Chao Jin", "*†")),
        ("Chao Jin ‡ #", ("Chao Jin", "‡#")),
        (" Xin Jin ", ("Xin Jin", "")),
        ("*", ("", "*")),
    ],
)
def test_footnote_marks_come_off_the_end(text, parts):
    """A pasted author list keeps its marks apart from the names."""
    assert split_marks(text) == parts


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Yibo Zhu", "YiBo Zhu", Match.EXACT),
        ("Chao Jin", "Jin Chao", Match.EXACT),
        ("Chao Jin", "Jin, Chao", Match.EXACT),
        ("Jin Chao", "Jin, Chao", Match.EXACT),
        ("Chao Jin*", "Chao Jin", Match.EXACT),
        ("Ludwig van Beethoven", "van Beethoven, Ludwig", Match.EXACT),
        ("Li-Wen Chang", "Li Wen Chang", Match.EXACT),
        ("Chao Jin (金超)", "Chao Jin", Match.EXACT),
        ("Chao Jin (金超)", "金超", Match.EXACT),
        ("C. Jin", "Chao Jin", Match.COMPATIBLE),
        ("C Jin", "Chao Jin", Match.COMPATIBLE),
        ("Jin C", "Chao Jin", Match.COMPATIBLE),
        ("Jin, C.", "Chao Jin", Match.COMPATIBLE),
        ("L.-W. Chang", "Li-Wen Chang", Match.COMPATIBLE),
        ("Cesar Stuardo", "Cesar A. Stuardo", Match.EXACT),
        ("C. Stuardo", "Cesar A. Stuardo", Match.COMPATIBLE),
        ("Nora Beatrice Quill", "Nora B. Quill", Match.EXACT),
        ("Nora B Quill", "Quill, Nora Beatrice", Match.EXACT),
        ("Dr. Mara Quill, Ph.D.", "Mara Quill", Match.EXACT),
        ("Quill NB", "Nora B. Quill", Match.COMPATIBLE),
        ("NB Quill", "Nora B. Quill", Match.COMPATIBLE),
        ("Quill, NB", "Nora Beatrice Quill", Match.COMPATIBLE),
        ("Quill NC", "Nora B. Quill", Match.NONE),
        ("Li-Wen Chang", "Li Chang", Match.COMPATIBLE),
        ("Maria van der Quill", "M. Quill", Match.COMPATIBLE),
        ("Maria van der Quill", "Quill M", Match.COMPATIBLE),
        ("Jan van der Berg", "Jan de Berg", Match.NONE),
        ("Martin King Jr.", "Martin King Sr.", Match.NONE),
        ("Martin King Jr.", "Martin King", Match.EXACT),
        ("X. Jin", "Chao Jin", Match.NONE),
        ("Chao M. Jin", "Chao K. Jin", Match.COMPATIBLE),
        ("Xin Jin (金鑫)", "Xin Jin (靳新)", Match.NONE),
        ("Jin, Xin", "Xin, Jin", Match.NONE),
        ("Chao", "Chao Jin", Match.NONE),
        ("", "", Match.NONE),
        ("*", "†", Match.NONE),
    ],
)
def test_two_spellings_match_as_far_as_their_words_do(one, other, expected):
    """Exact is the same words, compatible is what initials and middle names leave open; order does not matter."""
    assert same_person(one, other) is expected
    assert same_person(other, one) is expected


def test_no_two_people_of_the_seeds_are_taken_for_one():
    """Many share a family or a given name; none may be confused, nor look like a namesake."""
    assert len(PEOPLE) == len(set(PEOPLE)) > 80
    pairs = list(itertools.combinations(PEOPLE, 2))
    assert [pair for pair in pairs if same_person(*pair) is not Match.NONE] == []
    assert all(same_person(name, name) is Match.EXACT for name in PEOPLE)
    short = {name: re.sub(r"(\w)[^\s-]*(?=[\s-])", r"\1.", name) for name in PEOPLE}
    assert all(same_person(name, short[name]) is Match.COMPATIBLE for name in PEOPLE)


@given(names, names)
def test_matching_does_not_depend_on_order(one, other):
    """Symmetric for any text, and a name with letters in it matches itself."""
    assert same_person(one, other) is same_person(other, one)
    assert not fold_name(split_marks(one)[0]) or same_person(one, one) is Match.EXACT


def test_the_owner_is_found_by_name_and_declared_alias():
    """Footnote marks, family-first order and native script do not hide the owner."""
    owner = ["Chao Jin", "C. Jin", "金超"]
    for author in ["Chao Jin", "**Chao Jin**", "CHAO JIN*", "Jin, Chao", "Jin Chao", "C. Jin", "C Jin", "金超"]:
        assert find_owner(["Zili Zhang", author, "Xin Jin"], owner) == OwnerMatch((1,), ())


def test_undeclared_initials_are_only_compatible():
    """Initials may be anybody's: they never make an author the owner by themselves."""
    assert find_owner(["Zili Zhang", "C. Jin"], ["Chao Jin"]).exact == ()
    assert find_owner(["Zili Zhang", "C. Jin"], ["Chao Jin"]).compatible == (1,)


def test_a_namesake_of_the_initials_is_not_reported():
    """The alias `C. Jin` says nothing about Cheng Jin, whose name is written out."""
    assert find_owner(["Chao Jin", "Cheng Jin"], ["Chao Jin", "C. Jin"]) == OwnerMatch((0,), ())


def test_a_second_author_who_may_be_the_owner_is_reported():
    """Both places are given, for a warning about a namesake."""
    assert find_owner(["Chao Jin", "C. Jin", "Chao Jin"], ["Chao Jin"]) == OwnerMatch((0, 2), (1,))


def test_of_two_authors_who_could_be_the_owner_one_is():
    """The one with the very words is; of two alike the first is printed bold, never both."""
    assert find_owner(["Nora Quill", "Nora B. Quill"], ["Nora B. Quill"]) == OwnerMatch((1,), (0,))
    assert find_owner(["Nora Quill", "Nora Quill"], ["Nora Quill"]).own == (0,)
    assert find_owner(["N. Quill", "Nora C. Quill"], ["Nora B. Quill"]).own == ()


def test_native_names_tell_namesakes_apart():
    """Of two people with one Latin name, the owner is the one with the owner's characters."""
    assert find_owner(["Wei Wang (王薇)", "Wei Wang (王伟)"], ["Wei Wang", "王伟"]) == OwnerMatch((1,), ())
    assert find_owner(["Wei Wang"], ["Wei Wang", "王伟"]).exact == (0,)


def test_spellings_of_somebody_else_are_never_the_owner():
    """`not_me` is said once, for all lists."""
    owner = Owner(("Nora B. Quill",), ("N. Quill",))
    assert owner.find(["N. Quill*", "Ada Stone"]).own == ()
    assert owner.find(["N. Quill", "Nora Quill"]) == OwnerMatch((1,), ())


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("Li, Bai", ("Bai Li",)),
        ("Smith, Jr., John", ("John Smith Jr.",)),
        ("Sammy Davis, Jr.", ("Sammy Davis, Jr.",)),
        ("Mara Quill, Ph.D.", ("Mara Quill, Ph.D.",)),
        ("van der Berg, V.", ("V. van der Berg",)),
        ("García Márquez, G.", ("G. García Márquez",)),
        ("Li, Bai (李白)", ("Bai Li (李白)",)),
        ("ATLAS Collaboration, the", ("ATLAS Collaboration, the",)),
        ("Ada Byron", ("Ada Byron",)),
        ("Li Bai, John Smith", ("John Smith Li Bai", "Li Bai; John Smith")),
        ("Ada Byron, Bo Hill, Cy Lane", ("Bo Hill, Cy Lane Ada Byron", "Ada Byron; Bo Hill; Cy Lane")),
    ],
)
def test_family_and_given_name_are_put_in_the_order_of_print(name, readings):
    """`Family, Given` is one person; what may be several people has two readings."""
    assert read_listed_name(name) == readings


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ATLAS Collaboration", True),
        ("The Example Team", True),
        ("Ada Byron on behalf of the X Group", True),
        ("Ada Byron", False),
        ("Theo Mann", False),
        ("Group", True),
    ],
)
def test_groups_are_told_from_people(name, expected):
    """Collaborations, consortia and the like sign beside people or alone."""
    assert is_group(name) is expected


def test_an_absent_owner_gets_the_nearest_names():
    """The error can say `did you mean`; at most three names, the best first."""
    found = find_owner(["Zili Zhang", "Chao Jing*", "Xin Jin", "Mosharaf Chowdhury"], ["Chao Jin"])
    assert (found.exact, found.compatible) == ((), ())
    assert found.nearest[0] == "Chao Jing"
    assert len(found.nearest) <= 3
    assert find_owner([], ["Chao Jin"]) == OwnerMatch((), ())
