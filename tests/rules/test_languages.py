"""Definitions in other languages than English, and the words they are read with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer import text
from analyzer.errors import RuleError
from analyzer.features import Features
from analyzer.model import RiskCategory
from analyzer.risk import judge_risk
from analyzer.rulebook import load_rulebook
from analyzer.rulebook.languages import FAR, LANGUAGES
from analyzer.rulebook.lexicon import Lexicon, build_lexicon, parse_pattern
from analyzer.rulefiles import bundled_rules, parse_words
from tests.builders import build_tool

DATA = Path(__file__).parents[3] / "shared" / "data" / "train.jsonl"
R, W, E, D, F = RiskCategory

PLAIN = """
es | Crea una nota. | Envía un mensaje. | Elimina una nota. | Ejecuta un script. | Lee una nota.
pt | Cria uma nota. | Envia um aviso. | Apaga uma nota. | Executa um script. | Exibe uma nota.
fr | Crée une note. | Envoie un avis. | Efface une note. | Exécute un script. | Affiche une note.
it | Crea una nota. | Invia un avviso. | Elimina una nota. | Esegue uno script. | Legge una nota.
de | Legt ein Dokument an. | Sendet Post. | Löscht es. | Führt ein Skript aus. | Zeigt ein Bild.
nl | Maakt een lijst aan. | Verstuurt een bericht. | Verwijdert ze. | Voert het uit. | Leest het.
pl | Tworzy notatkę. | Wysyła list. | Usuwa notatkę. | Uruchamia skrypt. | Odczytuje notatkę.
ru | Создаёт заметку. | Отправляет письмо. | Удаляет её. | Запускает скрипт. | Читает её.
uk | Створює нотатку. | Надсилає лист. | Видаляє її. | Запускає скрипт. | Читає нотатку.
tr | Bir not oluşturur. | Mesaj gönderir. | Bir notu siler. | Komut çalıştırır. | Notu okur.
id | Membuat catatan. | Mengirim pesan. | Menghapus catatan. | Menjalankan skrip. | Membaca isi.
vi | Tạo ghi chú. | Gửi tin nhắn. | Xóa ghi chú. | Chạy lệnh. | Đọc ghi chú.
ko | 메모를 생성합니다. | 메시지를 보냅니다. | 메모를 삭제합니다. | 명령을 실행합니다. | 조회합니다.
ja | メモを作成する。 | メールを送信する。 | メモを削除する。 | コードを実行します。 | 取得します。
zh | 创建笔记 | 发送消息 | 删除笔记 | 执行脚本 | 读取笔记
zh | 建立筆記 | 傳送訊息 | 刪除筆記 | 執行程式碼 | 讀取筆記
"""
"""By language what creates, sends, deletes, runs and reads."""
HELD = [
    (description.strip(), category)
    for line in PLAIN.strip().splitlines()
    for description, category in zip(line.split("|")[1:], (W, E, D, E, R), strict=True)
]


def judged(name: str, description: str | None, **params: str) -> RiskCategory:
    properties = {param: {"type": kind} for param, kind in params.items()}
    tool = build_tool(name, description, inputSchema={"type": "object", "properties": properties})
    rulebook = load_rulebook()
    return judge_risk(rulebook, rulebook.read(Features(tool))).category


def acts(zone: str, name: str, description: str | None = None) -> list[str]:
    """The words of each act, the verb first."""
    reading = load_rulebook().read(Features(build_tool(name, description)))
    return [" ".join(act.words) for act in reading.zone(zone)]


def languages(**changed: Any) -> dict[str, Any]:
    return {"verbs": {}, "deeds": {}, "words": {}, **changed}


def built(data: Any) -> Lexicon:
    verbs = {"send": ["send"], "removal": ["delete"], "light": []}
    return build_lexicon(verbs, {"message": ["mail"], "noun_like": []}, {}, data)


@pytest.mark.parametrize(("description", "category"), HELD)
def test_each_language_creates_sends_deletes_runs_and_reads(
    description: str, category: RiskCategory
) -> None:
    assert judged("t1", description, id="string") is category


def test_every_language_has_plain_verbs() -> None:
    assert {line.split()[0] for line in PLAIN.strip().splitlines()} == LANGUAGES - {"all"}


@pytest.mark.parametrize(
    ("description", "act"),
    [
        ("Esta herramienta permite enviar un correo.", "enviar un correo esta herramienta permite"),
        ("Cet outil permet d'envoyer un courriel.", "envoyer un courriel cet outil permet"),
        ("Datei löschen.", "löschen datei"),
        ("Eine Datei aus dem Ordner löschen.", "löschen eine datei aus dem ordner"),
        ("Lädt eine Datei hoch.", "hochlädt eine datei hoch"),
        ("Haalt de voorraad op.", "ophaalt de voorraad op"),
        ("Dosyayı kalıcı olarak siler.", "siler dosyayı kalıcı olarak"),
        ("İPTAL eder.", "iptal eder"),
        ("Realiza una transferencia.", "transferencia realiza una"),
        ("Kitap araması yapar.", "araması yapar kitap"),
        ("Update installieren.", "installieren update"),
        ("Reserva un vuelo.", "reserva un vuelo"),
        ("Pole, które wysyła formularz.", "wysyła formularz pole które"),
    ],
)
def test_the_verb_is_found_wherever_it_stands(description: str, act: str) -> None:
    assert acts("lead_act", "t1", description)[0] == act


@pytest.mark.parametrize(
    ("description", "verbs"),
    [
        ("批量删除文件", ["删 除"]),
        ("根据查询条件删除记录", ["删 除"]),
        ("查询并删除文件", ["删 除"]),
        ("获取删除记录", ["获 取"]),
        ("支付状态查询", ["查 询"]),
        ("关闭浏览器窗口", ["关 闭"]),
        ("浏览器窗口", []),
        ("支付订单", ["支 付"]),
        ("ファイルを削除する", ["削 除"]),
        ("削除されたファイルを取得します", ["取 得"]),
        ("コマンドを実行し、結果を返します", ["実 行"]),
        ("검색 결과를 저장합니다", ["저 장"]),
        ("등록된 스크립트를 조회합니다", ["조 회"]),
        ("메시지를 보냅니다", ["보 냅"]),
        ("삭제된 파일 목록.", []),
        ("삭제되는 파일", []),
        ("파일이 삭제됩니다", ["삭 제"]),
        ("削除されたファイル", []),
        ("订单支付状态。", []),
        ("訂單支付狀態。", []),
        ("购买历史。", []),
        ("发送记录列表。", []),
        ("运行日志查询。", ["查 询"]),
        ("删除日志。", ["删 除"]),
        ("清空历史记录。", ["清 空"]),
        ("更新订单状态。", ["更 新"]),
        ("发送日志。", ["发 送"]),
    ],
)
def test_a_noun_is_no_verb_in_chinese_japanese_and_korean(
    description: str, verbs: list[str]
) -> None:
    found = acts("lead_act", "t1", description)
    assert [act[: len(verb)] for act, verb in zip(found, verbs, strict=True)] == verbs


def test_a_sentence_is_chinese_whatever_the_next_is() -> None:
    description = "删除文件并返回结果。支持ファイル。"
    assert acts("lead_act", "t1", description) == ["删 除 文 件 并 返 回 结 果"]
    assert judged("t1", description, path="string") is D


def test_what_tells_of_a_thing_is_no_act() -> None:
    assert acts("lead_act", "t1", "Información sobre cómo eliminar una cuenta.") == []
    assert acts("lead_act", "t1", "Datos que envía el sensor.") == []


def test_what_is_joined_on_is_an_act_too() -> None:
    assert acts("lead_act", "t1", "Sucht und löscht Dateien.") == ["löscht dateien sucht und"]
    assert acts("linked_act", "t1", "Genera un informe y lo envía.") == ["envía"]
    assert acts("linked_act", "t1", "Génère un fichier et l'enregistre.") == ["enregistre"]


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("enviar_correo", E),
        ("borrar_archivo", D),
        ("supprimer_fichier", D),
        ("datei_loeschen", D),
        ("löschen_datei", D),
        ("not_ekle", W),
        ("configure_mua", W),
        ("utworz_notatke", W),
        ("удалить_файл", D),
        ("删除文件", D),
    ],
)
def test_names_are_read_too(name: str, category: RiskCategory) -> None:
    assert judged(name, None, id="string") is category


def test_words_are_cut_where_other_languages_end_them() -> None:
    said = text.prose("", "Xóa tệp; d'obtenir l’aide, dell'utente aujourd'hui. İndir")
    assert said.words == ("xóa", "tệp", "obtenir", "aide", "utente", "aujourd'hui", ".", "indir")
    assert [said.text[a:b] for a, b in zip(said.starts, said.ends, strict=True)][-1] == "İndir"
    assert text.name_words("envíaCorreo") == ("envía", "correo")


def test_a_word_is_read_without_its_accents_where_that_is_no_english_word() -> None:
    lexicon = built(languages(verbs={"send": {"es": ["envía", "sénd"], "de": ["löscht"]}}))
    assert lexicon.read(("envía", "envia", "loescht", "send"))[:3] == ("=foreign send",) * 3
    assert lexicon.read(("send",)) == ("send",)
    assert "=foreign send" in lexicon.words("send.bare", "test")


@pytest.mark.parametrize(
    "word",
    [
        "satin",
        "deployer",
        "inviter",
        "lancer",
        "cloner",
        "trier",
        "marque",
        "liga",
        "wist",
        "thanh",
        "mua",
        "capturer",
        "sil",
        "baja",
        "oder",
        "reserver",
        "resumer",
        "defiler",
    ],
)
def test_an_english_word_is_none_of_another_language(word: str) -> None:
    known = load_rulebook().lexicon
    assert known.read((word,)) == (word,)


def test_a_word_may_be_in_several_classes() -> None:
    lexicon = built(languages(verbs={"send removal": {"es": ["tira"]}, "send": {"it": ["tira"]}}))
    assert lexicon.read(("tira",)) == ("=foreign removal send",)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"verb": {}}, "no part 'verb'"),
        ({"verbs": {"sends": {"es": ["enviar"]}}}, "no class 'sends'"),
        ({"words": {"send": {"es": ["correo"]}}}, "no class 'send'"),
        ({"verbs": {"send": {"xx": ["enviar"]}}}, "xx: no such language"),
        ({"verbs": {"send": {"es": [True]}}}, "True is no single word"),
        ({"verbs": {"send": {"es": ["enviar a"]}}}, "'enviar a' is no single word"),
        ({"verbs": {"send": {"de": ["Senden"]}}}, "'Senden' is no single word"),
        ({"verbs": {"send": {"vi": ["gui"]}}}, "'gui' may be an acronym"),
        ({"verbs": {"send": {"zh": ["发" * (FAR + 1)]}}}, "has over 8 characters"),
        ({"verbs": {"send": {"es": ["delete"]}}}, "'delete' is a word of the English classes"),
        ({"deeds": {"send": {"es": ["mail"]}}}, "'mail' is a word of the English classes"),
    ],
)
def test_a_bad_entry_is_refused(data: Any, complaint: str) -> None:
    with pytest.raises(RuleError, match=complaint):
        built(data)


def test_a_verb_that_a_pattern_spells_out_is_refused() -> None:
    lexicon = built(languages(verbs={"send": {"fr": ["installer"]}}))
    with pytest.raises(RuleError, match="'installer' is read as a verb of another language"):
        parse_pattern("by running the installer", lexicon, "here")


def entries() -> set[str]:
    """All verbs and nouns of doing that are not of Chinese, Japanese or Korean characters."""
    data = parse_words(bundled_rules())["languages"]
    return {
        word
        for part in ("verbs", "deeds")
        for by_language in data[part].values()
        for words in by_language.values()
        for word in words
        if not text.has_cjk(word)
    }


def test_no_entry_is_an_english_verb() -> None:
    verbs = parse_words(bundled_rules())["verbs"]
    english = build_lexicon(verbs["classes"], {}, verbs["irregular"])
    assert not entries() & english.words("verb", "test")


@pytest.mark.skipif(not DATA.exists(), reason="needs ../shared/data")
def test_no_word_is_met_in_english_descriptions() -> None:
    known = load_rulebook().lexicon
    verbs = known.words("foreign", "test")
    plain = {"the", "of", "to", "for", "and", "in", "with", "by"}
    met: dict[str, str] = {}
    for line in DATA.read_text(encoding="utf-8").splitlines():
        about = json.loads(line)["tool"].get("description") or ""
        words = text.prose("", about).words
        if sum(word in plain for word in words) * 10 > len(words):
            met.update({w: about for w in words if known.read((w,))[0] in verbs})
    assert not met
