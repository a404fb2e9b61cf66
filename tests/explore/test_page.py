"""The page's files: one script from the modules, and nothing that texts could break out of."""

import json
import re

from copsim.explore import page
from copsim.explore.page import SCRIPTS, files, one_script, safe_json

DECLARED = re.compile(r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+)", re.M)
IMPORTED = re.compile(r'^import .*? from "\./(\S+)";', re.M | re.S)


def test_modules_come_after_those_they_import():
    for place, name in enumerate(SCRIPTS):
        assert set(IMPORTED.findall(files()[name][1])) <= set(SCRIPTS[:place]), name
    assert {path.name for path in page.HERE.glob("*.js")} == set(SCRIPTS)


def test_one_script_has_each_name_once():
    names = DECLARED.findall(one_script())
    assert len(set(names)) == len(names)
    assert not re.search(r"^(import|export) ", one_script(), re.M)


def test_texts_cannot_leave_their_element():
    text = safe_json({"title": "</script><script>alert(1)</script><!--&\u2028"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text)["title"].startswith("</script>")
