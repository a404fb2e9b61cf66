"""Reading event logs: what is accepted, what is refused and in which words, and hashed names."""

import datetime
import gzip

import pandas as pd
import pytest

from copsim.core.errors import UserError
from copsim.measures.eventlog import hash_names
from copsim.measures.logs import log_from_frame, read_log

HEADER = "community,date,member,kind,member2,n\n"
ROWS = "club,2024-01-02,ann,post,,1\nclub,2024-01-01,bob,reply,ann,2\n"


@pytest.fixture
def write(tmp_path):
    def write(text, name="log.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


def days(log):
    return log.day.astype("datetime64[D]").astype(str).tolist()


def refusal(path, **options):
    with pytest.raises(UserError) as refused:
        read_log(path, **options)
    message = str(refused.value)
    assert "\n" not in message
    return message


def test_rows_are_sorted_by_day_and_names_are_codes(write):
    log = read_log(write(HEADER + ROWS))
    assert log.communities == ("club",)
    assert days(log) == ["2024-01-01", "2024-01-02"]
    assert log.names[log.member].tolist() == ["bob", "ann"]
    assert log.names[log.member2[0]] == "ann"
    assert log.member2[1] == -1
    assert log.n.tolist() == [2, 1]
    assert log.frame()["member2"].tolist() == ["ann", ""]
    assert log.frame()["kind"].tolist() == ["reply", "post"]


@pytest.mark.parametrize("form", ["csv", "gzip", "parquet", "typed parquet", "frame", "bom", "crlf"])
def test_every_form_gives_the_same_log(form, write, tmp_path):
    frame = pd.read_csv(write(HEADER + ROWS))
    if form == "typed parquet":
        frame = frame.astype({"member": "category", "n": "float64"}).assign(date=pd.to_datetime(frame["date"]))
    path = tmp_path / "other.parquet"
    if "parquet" in form:
        frame.to_parquet(path)
    content = {"gzip": gzip.compress((HEADER + ROWS).encode()), "bom": b"\xef\xbb\xbf" + (HEADER + ROWS).encode()}
    content["crlf"] = (HEADER + ROWS).replace("\n", "\r\n").encode()
    other = path if "parquet" in form else write(content.get(form, HEADER + ROWS), "other.csv.gz")
    log = log_from_frame(frame) if form == "frame" else read_log(other)
    pd.testing.assert_frame_equal(log.frame(), read_log(write(HEADER + ROWS)).frame())


def test_only_date_and_member_are_needed(write):
    log = read_log(write("member,date,channel\nann,2024-01-01,x\n", "my.club.csv.gz"))
    assert log.communities == ("my.club",)
    assert log.kinds == ("post",)
    assert log.n.tolist() == [1]
    assert log.member2.tolist() == [-1]


def test_several_files_keep_the_end_of_their_own(write):
    one, two = write("date,member\n2024-01-05,ann\n", "one.csv"), write("date,member\n2024-03-05,ann\n", "two.csv")
    log = read_log([one, two])
    assert log.communities == ("one", "two")
    assert log.obs_end.astype("datetime64[D]").astype(str).tolist() == ["2024-01-05", "2024-03-05"]
    assert len(set(log.member.tolist())) == 1


def test_timestamps_are_cut_to_days_in_utc(write):
    rows = ["2024-01-01T12:00:00Z", "2024-01-01T23:30:00-02:00", "2024-01-01 05:00", "2024-01-02T00:30:00.5+01:00"]
    log = read_log(write("date,member\n" + "".join(f"{row},ann\n" for row in rows)))
    assert days(log) == ["2024-01-01", "2024-01-01", "2024-01-01", "2024-01-02"]


def test_hostile_names_are_just_names(write):
    names = ["<script>alert(1)</script>", "a, b", "two\nlines", "Zoë 名前 🙂", "NA", "null", '"quoted"', " space "]
    rows = "".join('"{}",2024-01-01\n'.format(name.replace('"', '""')) for name in names)
    assert read_log(write("member,date\n" + rows)).members().tolist() == names


@pytest.mark.parametrize("until", ["2024-01-01", datetime.date(2024, 1, 1), "file"])
def test_later_events_are_dropped(until, write):
    if until == "file":
        until = write("community,obs_end,note\nclub,2024-01-01,x\nother,2020-01-01,y\n", "until.csv")
    log = read_log(write(HEADER + ROWS), until=until)
    assert days(log) == ["2024-01-01"]
    assert log.obs_end.tolist() == log.day.tolist()


def test_communities_can_be_chosen(write):
    path = write(HEADER + ROWS + "society,2024-05-01,cid,post,,1\n")
    assert read_log(path, community="society").communities == ("society",)
    assert read_log(path).only("club").members().tolist() == ["bob", "ann"]
    assert read_log(path, until="2024-02-01").communities == ("club",)
    assert "did you mean 'society'?" in refusal(path, community="socety")
    assert "it holds 'club', 'society'" in refusal(path, community="xyz")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        (HEADER, "holds no events"),
        ("date,who\n2024-01-01,ann\n", "no column 'member'"),
        ("date,membr\n2024-01-01,ann\n", "a column 'membr', did you mean 'member'?"),
        ("Date,member\n2024-01-01,ann\n", "a column 'Date', did you mean 'date'?"),
        ("date,member,membr2\n2024-01-01,ann,bob\n", "did you mean 'member2'?"),
        ("date,date,member\n2024-01-01,2024-01-01,ann\n", "the column 'date' twice"),
        ("date,member\n2024-01-01,ann\n\n2024-02-30,bob\n", "line 4: date '2024-02-30' is not a date YYYY-MM-DD"),
        ('date,member\n2024-01-01,"a\nb"\n01.02.2024,bob\n', "line 4: date '01.02.2024' is not"),
        ("date,member\n1024-01-01,ann\n", "line 2: date '1024-01-01' is not"),
        ("date,member\n,ann\n", "line 2: date '' is not"),
        ("date,member\n2024-01,ann\n", "line 2: date '2024-01' is not"),
        ("date,member,n\n2024-01-01,ann,1\n2024-01-01,ann,0\n", "line 3: n '0' is not a whole number from 1"),
        ("date,member,n\n2024-01-01,ann,-2\n", "line 2: n '-2' is not"),
        ("date,member,n\n2024-01-01,ann,1.5\n", "line 2: n '1.5' is not"),
        ("date,member,n\n2024-01-01,ann,\n", "line 2: n '' is not"),
        ("date,member,n\n2024-01-01,ann,9999999999\n", "line 2: n '9999999999' is not"),
        ("date,member\n2024-01-01,\n", "line 2: member is empty"),
        ("community,date,member\n,2024-01-01,ann\n", "line 2: community is empty"),
        ("date,member\n2024-01-01,ann,bob\n", "cannot be read as CSV"),
        (b"date,member\n2024-01-01,\xff\xfe\n", "cannot be read as CSV"),
        (b"PK\x03\x04\0\0", "is no text"),
        (b"\x1f\x8b\x08\0broken", "damaged gzip"),
        (b"PAR1broken", "cannot be read as Parquet"),
    ],
)
def test_mistakes_are_named_with_their_place(text, message, write):
    path = write(text)
    told = refusal(path)
    assert message in told
    assert told.startswith(str(path))


def test_mistakes_in_a_parquet_file_name_the_row(tmp_path):
    path = tmp_path / "log.parquet"
    pd.DataFrame({"date": ["2024-01-01", "soon"], "member": "ann"}).to_parquet(path)
    assert "row 2: date 'soon' is not" in refusal(path)


def test_files_that_are_not_there(write, tmp_path):
    assert refusal(tmp_path / "no.csv").startswith("there is no file")
    assert "cannot be read" in refusal(tmp_path)
    assert "holds something else" in refusal(write("date,member\n", "log.parquet"))
    assert refusal([]) == "no event log was named"


def test_ends_of_observation_that_do_not_fit(write, tmp_path):
    path = write(HEADER + ROWS)
    assert "neither a date (YYYY-MM-DD) nor a file" in refusal(path, until="soon")
    assert "is not a date" in refusal(path, until="2024-13-01")
    assert "no event up to" in refusal(path, until="2023-01-01")
    assert "needs the columns" in refusal(path, until=write("x,y\n1,2\n", "u.csv"))
    assert "no obs_end for community 'club'" in refusal(path, until=write("community,obs_end\nx,2024-01-01\n", "u.csv"))
    assert "u.csv, line 2: date 'x' is not" in refusal(path, until=write("community,obs_end\nclub,x\n", "u.csv"))


def test_hashed_names_are_ten_digits_keyed_by_community(write):
    text = HEADER + "x,2024-01-01,ann,post,,1\nx,2024-01-02,bob,reply,ann,1\ny,2024-01-01,ann,post,,1\n"
    log = read_log(write(text))
    hashed = hash_names(log)
    frame = hashed.frame()
    assert frame["member2"].tolist() == ["", frame["member"][0], ""]
    assert frame["member"].nunique() == 3  # nobody can be followed from one community to another
    assert frame["member"].str.fullmatch("[0-9a-f]{10}").all()
    assert "ann" not in "".join(hashed.names)
    assert hash_names(read_log(write(text))).frame().equals(frame)


def test_the_order_of_rows_within_a_day_is_kept():
    rows = [(f"2024-01-0{2 - place % 2}", f"m{place}") for place in range(200)]
    log = log_from_frame(pd.DataFrame(rows, columns=["date", "member"]))
    assert log.members().tolist() == [f"m{place}" for place in [*range(1, 200, 2), *range(0, 200, 2)]]
