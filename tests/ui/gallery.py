"""Every widget of the frame with real-looking data; run it to look, tests walk through it.

QT_QPA_PLATFORM=offscreen python -m tests.ui.gallery OUT [--theme dark] [--size 1366x768]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication

from ui.changes import Changes
from ui.messages import Message, Messages
from ui.screens.base import Desk, Screen, ScreenSpec
from ui.shell.first_run import FirstRunWindow
from ui.shell.login import LoginWindow, TrainingAccount
from ui.shell.shell import Person, Shell
from ui.tasks import SerialTasks, Tasks
from ui.theme import apply_theme
from ui.widgets import (
    Banner,
    BarRow,
    BulkBar,
    Button,
    Card,
    CheckField,
    Chip,
    ChipText,
    Choice,
    CodeLabel,
    Column,
    ComboField,
    DangerButton,
    DataTable,
    DateField,
    Facts,
    Field,
    NumberCard,
    PagePreview,
    PrimaryButton,
    Quiet,
    ScrollColumn,
    SearchPicker,
    SecretField,
    Step,
    TextArea,
    Timeline,
    WhyPanel,
    ask_reason,
    column,
    confirm,
    row,
)


@dataclass(frozen=True)
class Line:
    """A row of the made-up list."""

    number: int
    state: ChipText
    code: str
    name: str
    procedure: str
    due: str
    holder: str


LINES = [
    Line(1, ChipText("Quá hạn 1 ngày", "overdue"), "H26.30.12-261118-0031", "Trần Quốc Bảo",
         "Xác định mức độ khuyết tật", "T6 20/11 17:30", "Lê Minh Đức"),
    Line(2, ChipText("Quá hạn 4 giờ", "overdue"), "H26.30.12-261119-0007", "Phạm Thị Lụa",
         "Đăng ký lại khai sinh", "T7 21/11 10:30", "Chờ ký"),
    Line(3, ChipText("Còn 2 giờ", "soon"), "H26.30.12-261120-0044", "Ngô Văn Tám",
         "Trợ cấp hưu trí xã hội", "Hôm nay 16:30", "Chờ ký"),
    Line(4, ChipText("Hôm nay", "soon"), "H26.30.12-261121-0002", "Vũ Thị Ánh Nguyệt",
         "Chứng thực chữ ký", "Hôm nay 17:30", "Nguyễn Thị Hồng Hạnh"),
    Line(5, ChipText("Tạm dừng", "paused"), "H26.30.12-261112-0019", "Hoàng Thị Mỹ Dung",
         "Cấp đổi giấy chứng nhận quyền sử dụng đất đã cấp", "Dừng từ 16/11", "Chờ bổ sung"),
    Line(6, ChipText("Chờ Thuế cơ sở 4", "info"), "H26.30.12-261110-0008", "Cty TNHH Ánh Dương",
         "Đăng ký biến động đất đai", "T5 26/11 17:30", "Liên thông"),
    Line(7, ChipText("Còn 2 ngày", "done"), "H26.30.12-261120-0038", "Bùi Đức Thịnh",
         "Xác nhận tình trạng hôn nhân", "T4 25/11 17:30", "Trịnh Thu Hà"),
    Line(8, ChipText("ẵ ễ ỡ Ậ ữ Ỗ", "neutral"), "H26.30.12-261120-0099",
         "Nguyễn Phúc Công Tằng Tôn Nữ Hoàng Ngọc Diễm Quỳnh Như Ý Ẵng",
         "Ẩm thực Ẫ Ỗ Ẵ", "T4 25/11 17:30", "Đặng Thuỵ Ưu"),
]  # fmt: skip

UNITS = ["Phường Định Công", "Phường Hoàng Mai", "Xã Đại Thanh", "Xã Ba Vì", "Phường Cửa Nam"]


def find(text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
    """A finder over made-up units."""
    answer([Choice(n, name, "Thành phố Hà Nội") for n, name in enumerate(UNITS) if text in name])


@dataclass(frozen=True)
class Picture:
    """A page drawn by hand: grey lines on white."""

    width: int
    height: int
    stride: int
    data: bytes


def draw(_page: int, width: int, answer: Callable[[Picture], None]) -> None:
    """A painter of made-up pages."""
    height = round(width * 297 / 210)
    line = bytearray(b"\xff" * width * 3)
    dark = bytearray(line)
    dark[width // 3 : width * 2] = b"\x60" * (width * 2 - width // 3)
    rows = [bytes(dark if (y // 6) % 4 == 1 and y > 60 else line) for y in range(height)]
    answer(Picture(width, height, width * 3, b"".join(rows)))


class TodayDemo(Screen):
    """A list with numbers above and readings beside it."""

    name = "today"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "Hôm nay, thứ Bảy 21/11/2026")
        self.set_subtitle("119 hồ sơ đang mở · 24/11 nghỉ Ngày Văn hoá Việt Nam")
        self.add_button(Button("In danh sách sáng", key="Ctrl+P", icon_name="printer"))
        self.primary(PrimaryButton("Tiếp nhận hồ sơ", hint="F2"))
        numbers = row()
        facts = [("Quá hạn", 3, "2 có thư xin lỗi", "overdue"), ("Hôm nay", 8, "5 chờ ký", "soon"),
                 ("Ngày mai", 11, "1 chờ bổ sung", "neutral"), ("2–3 ngày", 26, "", "neutral"),
                 ("Còn xa", 1064, "", "neutral"),
                 ("Tạm dừng", 7, "chờ người dân", "paused")]  # fmt: skip
        for words, number, remark, kind in facts:
            card = NumberCard(words, kind=kind)
            card.show_number(number, remark)
            numbers.addWidget(card)
        self.body.addLayout(numbers)
        below = row()
        self.bulk = BulkBar([Button("Ký 2 văn bản đã đọc"), DangerButton("Trả lại")], limit=4)
        self.table = DataTable(
            [
                Column("Thời hạn", lambda r: r.state, 158),
                Column("Mã hồ sơ", lambda r: r.code, 164, quiet=True),
                Column("Chủ hồ sơ", lambda r: r.name, 150, strong=True),
                Column("Thủ tục", lambda r: r.procedure),
                Column("Hẹn trả", lambda r: r.due, 108),
                Column("Đang ở", lambda r: r.holder, 100),
            ],
            key=lambda r: r.number,
            empty="Không có hồ sơ nào chờ trả. Hồ sơ xong sẽ hiện ở đây.",
            empty_act=("Tiếp nhận hồ sơ", lambda: None),
            bulk=self.bulk,
        )
        self.table.show_rows(LINES, total=119)
        self.table.pick(2)
        left = Card("Cần làm trước", remark="Tất cả · Của tôi · Chờ ký · Liên thông", margin=0)
        left.add(self.table)
        self.start = self.table
        below.addWidget(left, 1)
        below.addLayout(self._right())
        self.body.addLayout(below, 1)

    def _right(self):
        right = column()
        who = Card("Đang ở ai", remark="số hồ sơ")
        for name, late, soon, rest in (("Lê Minh Đức", 3, 8, 20), ("Trịnh Thu Hà", 0, 6, 16),
                                       ("Phạm Gia Khánh Nguyên", 1, 2, 14)):  # fmt: skip
            parts = [(late, "overdue"), (soon, "soon"), (rest, "rest")]
            who.add(BarRow(name, parts, most=40))
        who.setFixedWidth(264)
        why = WhyPanel()
        why.explain(
            "Vì sao hẹn 26/11?",
            ["Nhận 16/11 09:00, hạn 3 ngày làm việc", "17/11 10:00 yêu cầu bổ sung: dừng",
             "20/11 10:00 nhận đủ: tính lại từ đầu", "24/11 nghỉ Ngày Văn hoá Việt Nam"],
            remark="Ngày hẹn đầu tiên 19/11 được giữ lại.",
        )  # fmt: skip
        card = Card()
        card.add(why)
        card.setFixedWidth(264)
        right.addWidget(who)
        right.addWidget(card, 1)
        return right


class FormDemo(Screen):
    """Fields of every kind, and a page beside them."""

    name = "intake"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "Tiếp nhận hồ sơ")
        self.set_subtitle("Bản nháp tự lưu 14:32 · Enter sang ô kế tiếp")
        self.add_button(DangerButton("Huỷ hồ sơ", key="F8"))
        closed = self.add_button(Button("Yêu cầu bổ sung", key="F7"))
        closed.setEnabled(False)
        self.primary(PrimaryButton("Tiếp nhận và in giấy hẹn", key="Ctrl+Return"))
        layout = row()
        layout.addWidget(self._fields(), 6)
        layout.addWidget(self._middle(), 9)
        preview = PagePreview()
        preview.show_document(pages=2, painter=draw)
        layout.addWidget(preview, 5)
        self.preview = preview
        self.body.addLayout(layout, 1)

    def _fields(self) -> Card:
        card = Card("Người nộp")
        self.unit = SearchPicker("Thủ tục", find, placeholder="Gõ “khai sinh”, “ks” hoặc mã")
        self.person = Field("Số định danh cá nhân", hint="Quét thẻ ở bất kỳ ô nào")
        self.person.set_text("001 194 012 345")
        self.full = Field("Họ và tên")
        self.full.set_text("NGUYỄN THỊ ÁNH NGUYỆT")
        self.born = DateField("Ngày sinh")
        self.born.set_text("31/02/1994")
        self.born.check()
        self.sex = ComboField("Giới tính", [("f", "Nữ"), ("m", "Nam")])
        pair = row()
        pair.addWidget(self.born)
        pair.addWidget(self.sex)
        card.add(self.unit, self.person, self.full)
        card.body.addLayout(pair)
        self.note = TextArea("Ghi chú", optional=True, lines=2)
        off = Field("Nơi cư trú")
        off.set_text("12 ngõ 99 Định Công Hạ")
        off.setEnabled(False)
        card.add(off, self.note, CheckField("Nhận kết quả qua bưu chính"))
        card.body.addStretch()
        return card

    def _middle(self) -> ScrollColumn:
        scroll = ScrollColumn()
        chips = Card("Trạng thái", remark="6 kiểu")
        line = row(gap=6)
        for words, kind in (("Quá hạn", "overdue"), ("Hôm nay", "soon"), ("Đủ", "done"),
                            ("Liên thông", "info")):  # fmt: skip
            line.addWidget(Chip(words, kind))
        line.addStretch()
        chips.body.addLayout(line)
        facts = Card("Phạm Thị Lụa")
        facts.add(
            Facts([("Thủ tục", "Đăng ký lại khai sinh"), ("Thụ lý", "Lê Minh Đức"),
                   ("Hẹn trả", ChipText("quá 4 giờ", "overdue")),
                   ("Ký nháy", "Trần Thu Phương 20/11 16:05, Phòng Văn hoá – Xã hội phường")]),
            CodeLabel("H26.30.12-261119-0007"),
        )  # fmt: skip
        way = Card("Quá trình")
        way.add(Timeline([
            Step("Tiếp nhận", "19/11 08:10", "Nguyễn Thị Hồng Hạnh", "hẹn trả 21/11 10:30", "done"),
            Step("Yêu cầu bổ sung", "19/11 15:00", "Lê Minh Đức", "dừng tính thời hạn", "soon"),
            Step("Trình phê duyệt", "20/11 16:05", "Lê Minh Đức"),
        ]))  # fmt: skip
        warn = Banner()
        warn.say("Đã có 1 hồ sơ đang mở cùng người: Đăng ký thường trú 18/11.", kind="soon",
                 act=("So sánh", lambda: None))  # fmt: skip
        for widget in (warn, chips, facts, way, SecretField("Mã PIN"), Quiet("Nguồn: QĐ 118")):
            scroll.body.addWidget(widget)
        scroll.body.addStretch()
        return scroll


SPECS = [
    ("today", "Hôm nay", "home", "", 1), ("intake", "Tiếp nhận", "receive", "F2", 1),
    ("mine", "Việc của tôi", "person", "F3", 1), ("dossiers", "Hồ sơ", "folder", "F4", 1),
    ("sign", "Phê duyệt và ký", "pen", "F5", 1), ("issue", "Phát hành", "stamp", "F6", 1),
    ("return", "Trả kết quả", "handover", "F9", 1), ("catalogue", "Danh mục", "book", "", 2),
    ("journal", "Nhật ký", "journal", "", 2), ("admin", "Quản trị", "gear", "", 2),
]  # fmt: skip


def make_shell(tasks: Tasks | None = None) -> Shell:
    """The frame with two full screens and some empty ones."""
    messages = Messages()
    desk = Desk(
        None,
        tasks or SerialTasks(on_failure=lambda e: None),
        Changes(),
        messages,
    )
    made = {"today": TodayDemo, "intake": FormDemo}
    specs = [
        ScreenSpec(name, title, icon, made.get(name, lambda d, t=title: Screen(d, t)), key=key,
                   section=section)
        for name, title, icon, key, section in SPECS
    ]  # fmt: skip
    shell = Shell(
        specs,
        desk,
        finder=find,
        counter=lambda answer: answer({"mine": 14, "sign": 9, "issue": 3, "return": 1021}),
        training=True,
    )
    shell.say_user(Person("Nguyễn Thị Hồng Hạnh", "Tiếp nhận", "Phường Định Công"))
    shell.say_status("saved", "Đã lưu trên máy này 14:32:07")
    shell.say_status("token", "Thẻ ký: chưa cắm")
    shell.say_status("catalogue", "Danh mục 482/559 · bản 11/2026", right=True)
    shell.go("today")
    return shell


def make_login() -> LoginWindow:
    """The login window of a training office."""
    people = [("tiepnhan", "Nguyễn Thị Hồng Hạnh", "Tiếp nhận"), ("canbo", "Lê Minh Đức",
              "Cán bộ thụ lý"), ("lanhdao", "Nguyễn Văn Quyết", "Lãnh đạo")]  # fmt: skip
    return LoginWindow(
        "Phường Định Công, thành phố Hà Nội",
        accounts=[TrainingAccount(a, "tap-huan-1", n, r) for a, n, r in people],
    )


def make_first_run() -> FirstRunWindow:
    """The window of the first start."""
    return FirstRunWindow(
        find,
        password_rule=lambda secret, login: "" if len(secret) >= 10 else "Cần ít nhất 10 ký tự.",
        rules="Ít nhất 10 ký tự; nên là một câu dễ nhớ.",
    )


def pictures(app: QApplication, out: Path, *, size: tuple[int, int]) -> None:
    """Take pictures of everything into `out`."""
    out.mkdir(parents=True, exist_ok=True)

    def shoot(name: str, widget) -> None:
        for _ in range(3):
            app.processEvents()
        widget.grab().save(str(out / f"{name}.png"))

    shell = make_shell()
    shell.resize(*size)
    shell.show()
    shoot("1-today", shell)
    today = shell.front()
    today.table.mark_only({2, 3})
    details = "OSError\nunit.py:40 commit"
    disk = Message("Không ghi được vào đĩa.", "overdue", "Kiểm tra ổ đĩa.", "MA-01", details)
    shell.desk.messages.say(disk)
    shell.top.search.setFocus()
    shell.top.search.setText("Ph")
    shell.top.popup.show_choices([Choice(n, u, "Thành phố Hà Nội") for n, u in enumerate(UNITS)])
    shoot("2-today-busy", shell)
    shell.top.popup.close()
    shell.banner.dismiss()
    shell.go("intake")
    shoot("3-intake", shell)
    box = ask_reason(shell, "Trả lại hồ sơ", primary="Trả lại, ghi lý do", act=lambda r: None,
                     examples=["Thiếu chữ ký"], text="Lê Minh Đức sẽ thấy lý do này.")  # fmt: skip
    shoot("4-reason", box)
    box.reject()
    box = confirm(shell, "Huỷ số 214?", "Số đã huỷ không dùng lại.", primary="Huỷ số",
                  act=lambda: None, danger=True)  # fmt: skip
    shoot("5-confirm", box)
    box.reject()
    shell.show_keys()
    shoot("6-keys", app.activeModalWidget())
    app.activeModalWidget().reject()
    shell.rail.toggle()
    shell.go("mine")
    shoot("7-narrow", shell)
    shell.lock_now()
    shoot("8-lock", shell)
    login = make_login()
    login.show()
    shoot("9-login", login)
    first = make_first_run()
    first.real.setChecked(True)
    first.show()
    first.press()
    shoot("10-first-run", first)


def main() -> None:
    """Take the pictures named on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--theme", default="light")
    parser.add_argument("--size", default="1366x768")
    args = parser.parse_args()
    app = QApplication([])
    apply_theme(app, args.theme)
    width, height = args.size.split("x")
    pictures(app, args.out, size=(int(width), int(height)))


if __name__ == "__main__":
    main()
