"""Results made of parts when they are read: the same values, however and whenever they are read."""

import copy
import pickle
from itertools import permutations
from threading import Barrier, Thread

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from mtag.resultparts import MAX_EVIDENCE, BlockParts, ItemParts, Names, PageParts, Parts, tag_result
from mtag.results import TagResult

TEXT = "River flood\nThe flood drove farmers from the valley.\nHome\nAucune nouvelle de la crue."
NAMES = Names(
    {"mtag": "1", "taxonomy": "floods 1", "taxonomy_digest": "d"},
    [("hazard.flood", "hazard", {"en": "flood"}), ("group.farmers", "group", {"en": "farmers"})],
)
FLOOD = (0, 0.71239, "both", True, [(16, 21, "strong", "flood"), (28, 35, "model", "farmers")])
FARMERS = (1, 0.4, "phrase", False, [(28, 35, "weak", "farmer*")])
BLOCKS = BlockParts(
    (0, 12, 53, 58),
    (11, 52, 57, len(TEXT)),
    ("title", "paragraph", "menu", "paragraph"),
    ("heading", "prose", "a menu", "prose"),
    ("en", "en", "en", "fr"),
    (0.9, 1.0, 0.5, 1.0),
)
ABOUT = ("River flood", ("2021-05-03", None, "3 May 2021", False, ()), "Ville", None, None, (), (("a", "b"),))


def parts(*items: ItemParts, id: str | None = "x") -> Parts:
    return Parts(id, "tagged", None, PageParts(TEXT, BLOCKS, [(58, 64)], ABOUT), items)


def lazy(*tags: object) -> TagResult:
    return tag_result(parts(ItemParts(0, 4, "River flood", "Ville", None, tags or (FLOOD, FARMERS))), NAMES)


def eager(result: TagResult) -> TagResult:
    """The same result, all of its fields checked and made at once."""
    return TagResult.model_validate(result.model_dump())


def test_a_result_tells_what_its_parts_say():
    result = lazy()
    assert (result.id, result.status, result.text) == ("x", "tagged", TEXT)
    assert result.language == "en"
    assert list(result.languages.items()) == [("en", 0.6707), ("fr", 0.3293)]
    assert [(block.start, block.role, block.language) for block in result.blocks][2:] == [
        (53, "menu", "en"),
        (58, "paragraph", "fr"),
    ]
    assert result.clean_text.splitlines()[-1] == " nouvelle de la crue."
    assert (result.metadata.date.start, result.metadata.declared) == ("2021-05-03", {"a": "b"})
    assert [tag.probability for tag in result.tags] == [0.7124, 0.4]
    assert [one.quote for one in result.tags[0].evidence] == ["flood", "farmers"]
    assert result.tags is result.items[0].tags
    assert result.versions.taxonomy == "floods 1"
    assert result.concept_ids == ("hazard.flood",)


@pytest.mark.parametrize(
    "use",
    [
        lambda result: result.model_dump(),
        lambda result: result.model_dump_json(),
        lambda result: result.model_dump_json(exclude_unset=True),
        lambda result: TypeAdapter(list[TagResult]).dump_json([result]),
        lambda result: repr(result),
        lambda result: dict(result),
        lambda result: pickle.loads(pickle.dumps(result)),  # noqa: S301  (our own)
        copy.copy,
        copy.deepcopy,
        lambda result: result.model_copy(),
        lambda result: result.model_copy(update={"id": "y"}, deep=True),
        lambda result: TagResult.model_validate(result),
        lambda result: list(vars(copy.copy(result))),
    ],
)
def test_a_result_that_was_not_read_is_used_like_any_other(use):
    read = lazy()
    for name in reversed(TagResult.model_fields):
        getattr(read, name)
    assert use(lazy()) == use(read) == use(eager(lazy()))


def test_results_are_equal_whatever_was_read_of_them():
    for names in permutations(("tags", "blocks", "language"), 2):
        read = lazy()
        for name in names:
            getattr(read, name)
        assert read == lazy() == read == eager(read)
    assert lazy(FLOOD) != lazy()


def test_what_is_read_is_made_once_and_stays():
    result = lazy()
    assert result.blocks is result.blocks
    blocks = result.blocks
    assert result == lazy()
    assert result.blocks is blocks
    with pytest.raises(ValidationError, match="frozen"):
        result.tags = ()
    with pytest.raises(AttributeError, match="no attribute 'colour'"):
        result.colour  # noqa: B018  (it is read)


def test_threads_read_the_same_values():
    result, found, barrier = lazy(), [], Barrier(8)

    def read(number: int) -> None:
        barrier.wait()
        found.append((result.model_dump_json() if number % 2 else result.tags) and result.items)

    threads = [Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [lazy().items] * 8


def test_a_result_stands_in_a_model_of_pydantic():
    class Filed(BaseModel):
        result: TagResult

    filed = Filed(result=lazy())
    assert Filed.model_validate_json(filed.model_dump_json()) == filed


@pytest.mark.parametrize("turn", [1, -1])
def test_a_tag_accepted_in_one_item_of_a_digest_is_accepted_for_the_page(turn):
    sure = (0, 0.7, "phrase", True, [(0, 5, "strong", "one")])
    unsure = (0, 0.8, "model", False, [(6, 11, "model", "two")])
    items = [ItemParts(n, n + 1, None, None, None, [tag]) for n, tag in enumerate((sure, unsure)[::turn])]
    result = tag_result(parts(*items), NAMES)
    [tag] = result.tags
    assert (tag.status, tag.probability, tag.source) == ("accepted", 0.7, "phrase")
    assert sorted(one.phrase for one in tag.evidence) == ["one", "two"]
    assert result == eager(result)


def test_evidence_is_chosen_so_that_none_of_it_overlaps():
    words = [(0, 9, "weak", "a b"), (0, 5, "strong", "a"), (6, 11, "weak", "b"), (3, 8, "model", "c")]
    [tag] = lazy((0, 0.7, "both", True, words)).tags
    assert [(one.start, one.end, one.phrase) for one in tag.evidence] == [(0, 5, "a"), (6, 11, "b")]
    many = [(n, n + 1, "weak", "x") for n in range(MAX_EVIDENCE + 9)]
    [tag] = lazy((0, 0.7, "phrase", True, many)).tags
    assert len(tag.evidence) == MAX_EVIDENCE


def test_a_result_of_a_tagger_is_the_one_that_validation_makes(shipped):
    pages = ["Two men were jailed for human trafficking.", "Nothing here.", ""]
    for made in shipped.tag_documents([shipped.read(page) for page in pages], ["a", "b", None]):
        copied = pickle.loads(pickle.dumps(made))  # noqa: S301  (our own)
        assert copied == made == eager(made)
        assert repr(made) == repr(eager(made))
