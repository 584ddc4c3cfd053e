"""Russian until the reader chooses; the API answers in the caller's language."""

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize("browser", ["", "en-US,en;q=0.9", "kk", "nonsense;q=x"])
def test_a_page_is_in_russian_whatever_the_browser_speaks(client, browser):
    answer = client.get("/login/", headers={"Accept-Language": browser} if browser else {})
    assert answer.headers["Content-Language"] == "ru"
    assert 'lang="ru"' in answer.content.decode()


@pytest.mark.parametrize("language", ["kk", "en", "ru"])
def test_the_readers_choice_is_kept(client, language):
    client.post("/i18n/setlang/", {"language": language, "next": "/login/"})
    assert f'lang="{language}"' in client.get("/login/").content.decode()


@pytest.mark.parametrize(("asked", "answered"), [("kk", "kk"), ("en", "en"), ("ru", "ru"), ("de", "ru"), ("", "ru")])
def test_the_api_answers_as_the_caller_asks(client, asked, answered):
    answer = client.get("/api/v1/regions/", headers={"Accept-Language": asked})
    assert (answer.status_code, answer.headers["Content-Language"]) == (401, answered)
