"""SQL for what the pages show, as somebody would write it who had only this one database to please.

The same rows and figures for an official of country scope; names are fetched with them where a page shows them.
"""

from datetime import date, timedelta

SEEN = "JOIN instructions_instruction i ON i.id = d.instruction_id AND i.access_mark = ''"
OVERDUE = "d.state = 'open' AND d.due_key < '{on}'"


def overdue_list(on: date) -> list[str]:
    """The number of rows, the executors to choose from, and the first page."""
    overdue = OVERDUE.format(on=on)
    return [
        f"SELECT count(*) FROM instructions_deadline d {SEEN} WHERE {overdue}",
        f"""
        SELECT o.* FROM regions_organisation o WHERE EXISTS (
            SELECT FROM instructions_deadline d {SEEN} WHERE d.executor_id = o.id)
        ORDER BY o.name_ru""",
        f"""
        SELECT d.*, i.*, o.*, r.*, m.*, p.*, s.* FROM instructions_deadline d {SEEN}
        JOIN regions_organisation o ON o.id = d.executor_id JOIN regions_region r ON r.code = o.region_id
        LEFT JOIN instructions_meeting m ON m.id = i.meeting_id LEFT JOIN programs_program p ON p.id = i.program_id
        LEFT JOIN programs_source s ON s.id = i.source_id
        WHERE {overdue} ORDER BY d.due_key, d.id LIMIT 50""",
    ]


def board(on: date) -> list[str]:
    """The figures, then the rows shown in full."""
    overdue, soon = OVERDUE.format(on=on), on + timedelta(days=5)
    undated = "d.due_key = '9999-12-31' AND d.state IN ('draft', 'open', 'reported')"
    unfinished = "i.access_mark = '' AND i.state IN ('draft', 'on_control')"
    told = "EXISTS (SELECT FROM instructions_deadline d WHERE d.instruction_id = i.id AND d.state <> 'cancelled')"
    return [
        f"""
        WITH live AS MATERIALIZED (
            SELECT d.instruction_id, d.executor_id, left(o.region_id, 2) AS part, i.program_id, d.due_key,
                d.due_key < '{on}' AS late, '{on}'::date - d.due AS days
            FROM instructions_deadline d {SEEN} JOIN regions_organisation o ON o.id = d.executor_id
            WHERE d.state = 'open')
        SELECT 'overdue', '', count(*), count(DISTINCT instruction_id), count(*) FILTER (WHERE days <= 7),
            count(*) FILTER (WHERE days BETWEEN 8 AND 30), count(*) FILTER (WHERE days BETWEEN 31 AND 90),
            count(*) FILTER (WHERE days > 90) FROM live WHERE late
        UNION ALL SELECT part, p.name_ru, count(*), count(*) FILTER (WHERE late),
            count(*) FILTER (WHERE due_key BETWEEN '{on}' AND '{soon}'), 0, 0, 0
            FROM live LEFT JOIN programs_program p ON p.id = program_id GROUP BY 1, 2
        UNION ALL SELECT executor_id::text, o.name_ru, count(*), 0, 0, 0, 0, 0
            FROM live JOIN regions_organisation o ON o.id = executor_id WHERE late GROUP BY 1, 2
        UNION ALL SELECT code, name_ru, tile_row, tile_column, 0, 0, 0, 0 FROM regions_region WHERE level = 1""",
        f"""
        SELECT left(o.region_id, 2), count(*) FROM instructions_deadline d {SEEN}
        JOIN regions_organisation o ON o.id = d.executor_id WHERE d.state = 'reported' GROUP BY 1""",
        f"""
        SELECT month, sum(overdue), sum(fell_due), sum(in_time) FROM instructions_monthend
        WHERE month < '{on}' AND month >= '{on}'::date - 396 GROUP BY 1""",
        f"SELECT count(*), count(DISTINCT d.instruction_id) FROM instructions_deadline d {SEEN} WHERE {undated}",
        "SELECT count(*) FROM instructions_instruction i WHERE i.access_mark = '' AND i.state = 'on_control'",
        f"SELECT count(*) FROM instructions_instruction i WHERE {unfinished} AND NOT {told}",
        f"SELECT * FROM instructions_instruction i WHERE {unfinished} AND NOT {told} ORDER BY i.issued_on LIMIT 10",
        *[_first_groups(condition, n) for condition, n in ((overdue, 10), (undated, 10))],
        f"""
        SELECT i.*, (SELECT min(d.due_key) FROM instructions_deadline d
            WHERE d.instruction_id = i.id AND d.state = 'open') FROM instructions_instruction i
        WHERE {unfinished} AND EXISTS (SELECT FROM instructions_deadline d WHERE d.instruction_id = i.id)
            AND NOT EXISTS (SELECT FROM instructions_deadline d WHERE d.instruction_id = i.id AND {overdue})
            AND NOT EXISTS (SELECT FROM instructions_deadline d WHERE d.instruction_id = i.id AND {undated})
        ORDER BY i.issued_on DESC NULLS LAST, i.id LIMIT 10""",
    ]


def _first_groups(condition: str, n: int) -> str:
    """All such deadlines of the `n` instructions whose are the earliest."""
    return f"""
        WITH first AS (
            SELECT d.instruction_id, min(d.due_key) AS day FROM instructions_deadline d {SEEN}
            WHERE {condition} GROUP BY 1 ORDER BY 2, 1 LIMIT {n})
        SELECT d.*, i.*, o.*, r.*, m.*, p.*, s.* FROM first JOIN instructions_deadline d USING (instruction_id) {SEEN}
        JOIN regions_organisation o ON o.id = d.executor_id JOIN regions_region r ON r.code = o.region_id
        LEFT JOIN instructions_meeting m ON m.id = i.meeting_id LEFT JOIN programs_program p ON p.id = i.program_id
        LEFT JOIN programs_source s ON s.id = i.source_id
        WHERE {condition} ORDER BY first.day, d.instruction_id, d.role, o.region_id"""


def discipline(on: date, start: date, end: date) -> list[str]:
    """Counts by oblast, and the acts on the same deadlines."""
    in_time = "d.state IN ('reported', 'fulfilled') AND d.reported_on <= d.due"
    ended = f"CASE d.state WHEN 'open' THEN '{on}' WHEN 'cancelled' THEN d.closed_on ELSE d.reported_on END"
    rows = f"""
        FROM instructions_deadline d {SEEN} JOIN regions_organisation o ON o.id = d.executor_id
        {{more}}
        WHERE d.due_key BETWEEN '{start}' AND '{end}' AND d.due BETWEEN '{start}' AND '{end}' AND d.state <> 'draft'
            AND NOT (d.state = 'cancelled' AND d.closed_on <= d.due)"""
    return [
        f"""
        SELECT left(o.region_id, 2), count(*), count(*) FILTER (WHERE d.due < '{on}'),
            count(*) FILTER (WHERE d.due < '{on}' AND {in_time}),
            count(*) FILTER (WHERE d.due >= '{on}' AND (d.state = 'open' OR {in_time})),
            sum({ended} - d.due) FILTER (WHERE d.due < '{on}' AND NOT ({in_time}))
        {rows.format(more="")} GROUP BY 1""",
        f"""
        SELECT left(o.region_id, 2), a.verb, count(*)
        {rows.format(more="JOIN instructions_act a ON a.deadline_id = d.id")}
            AND a.verb IN ('grant_extension', 'return') GROUP BY 1, 2""",
    ]


def seen_in(first: str, last: str) -> str:
    """Of instructions: it concerns the territory of the codes `first` to `last`, or an executor sits there."""
    return f"""(i.region_id BETWEEN '{first}' AND '{last}' OR i.id IN (
        SELECT d.instruction_id FROM instructions_deadline d JOIN regions_organisation o ON o.id = d.executor_id
        WHERE o.region_id BETWEEN '{first}' AND '{last}'))"""


def seen_by(organisation: int) -> str:
    """Of instructions: the organisation, which has none below it, is told to do it, or leads those who are."""
    return f"""EXISTS (SELECT FROM instructions_deadline d
        WHERE d.instruction_id = i.id AND d.executor_id = {organisation} AND (d.state <> 'draft'
            OR d.role = 'lead' AND EXISTS (SELECT FROM instructions_deadline co
                WHERE co.instruction_id = i.id AND co.role = 'co' AND co.state <> 'draft')))"""


def search(words: str, seen: str = "true") -> list[str]:
    """Of the kinds with many rows: how many hold the folded `words`, up to 101, and the first five; of instructions
    those `seen`."""
    tables = {
        "instructions_instruction i": (f"access_mark = '' AND {seen}", "issued_on DESC NULLS LAST, id"),
        "regions_region": ("true", "code"),
        "regions_organisation": ("true", "name_ru, id"),
    }
    held = " AND ".join(f"search_text LIKE '%{word}%'" for word in words.split())
    return [
        statement
        for table, (condition, order) in tables.items()
        for found in [f"FROM {table} WHERE {condition} AND {held}"]
        for statement in (
            f"SELECT count(*) FROM (SELECT 1 {found} LIMIT 101) first",
            f"SELECT * {found} ORDER BY {order} LIMIT 5",
        )
    ]
