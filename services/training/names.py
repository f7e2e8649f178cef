"""Word lists behind the made-up people: names, streets, villages, trades, purposes."""

# fmt: off

FAMILIES = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô",
    "Dương", "Lý", "Đào", "Đinh", "Trịnh", "Mai", "Tạ", "Chu", "Lương", "Hà", "Cao", "Kiều",
    "Khuất", "Phùng", "Nghiêm", "Ứng", "Ông", "Doãn",
)
FAMILY_WEIGHTS = (
    38, 11, 9, 7, 5, 4, 5, 3, 3, 3, 2, 2, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
)
MIDDLE_MALE = (
    "Văn", "Văn", "Văn", "Đức", "Minh", "Quang", "Hữu", "Xuân", "Đình", "Tuấn", "Công", "Anh",
    "Bá", "Mạnh", "Quốc", "Thế", "Trọng", "Ngọc", "Hải", "Việt",
)
MIDDLE_FEMALE = (
    "Thị", "Thị", "Thị", "Thị Thu", "Thị Thanh", "Thị Hồng", "Ngọc", "Minh", "Thu", "Phương",
    "Thùy", "Khánh", "Bích", "Thị Kim", "Diệu", "Hoài", "Mai", "Quỳnh", "Thị Ánh", "Tuyết",
)
GIVEN_MALE = (
    "An", "Ấn", "Bách", "Bình", "Chiến", "Chương", "Cường", "Dũng", "Duy", "Dương", "Đạt", "Điệp",
    "Đông", "Giang", "Hà", "Hải", "Hậu", "Hiếu", "Hòa", "Hoàng", "Hùng", "Huy", "Khải", "Khoa",
    "Kiên", "Lâm", "Long", "Lộc", "Lượng", "Mạnh", "Nam", "Nghĩa", "Phong", "Phúc", "Quân",
    "Quyết", "Sơn", "Tài", "Tâm", "Thắng", "Thành", "Thịnh", "Tiến", "Toàn", "Trung", "Tuấn",
    "Tùng", "Uy", "Vinh", "Vượng",
)
GIVEN_FEMALE = (
    "An", "Anh", "Ánh", "Bích", "Châu", "Chi", "Cúc", "Diễm", "Dung", "Duyên", "Giang", "Hà",
    "Hạnh", "Hằng", "Hiền", "Hoa", "Hoài", "Hồng", "Huệ", "Huyền", "Hương", "Hường", "Lan", "Liên",
    "Linh", "Loan", "Ly", "Mai", "My", "Nga", "Ngân", "Ngọc", "Nguyệt", "Nhung", "Oanh", "Phượng",
    "Quỳnh", "Tâm", "Thảo", "Thoa", "Thơm", "Thủy", "Thương", "Trang", "Trâm", "Tuyết", "Uyên",
    "Vân", "Xuyến", "Yến",
)
MINORITY_MALE = (
    "Giàng A Páo", "Vàng Seo Lử", "Lò Văn Ơn", "Bùi Văn Bưởng", "Y Moan Êban", "Thạch Sô Phi",
    "K'Brềm", "Sùng A Chứ", "Quách Công Ỏn", "Hà Văn Ín",
)
MINORITY_FEMALE = (
    "Giàng Thị Mỷ", "Lò Thị Pín", "H'Bia Niê", "Vàng Thị Xúa", "Ka Să Ha-Thuyên", "Bùi Thị Ửng",
    "Thạch Thị Sa Rết", "Triệu Mùi Phấy", "Sùng Thị Dợ", "Dzoãn Thị Wan",
)
ONE_WORD = ("Páo", "Chẩu", "Ngăm", "K'Tem", "Blưng")
LONG_MALE = (
    "Công Tôn Nguyễn Phúc Hoàng Bảo Vĩnh Thụy Quang Trường Minh Khánh",
    "Tôn Thất Lê Trần Hoàng Đăng Khôi Nguyên Phương Trường Thiên Long",
)
LONG_FEMALE = (
    "Công Tằng Tôn Nữ Nguyễn Phúc Hoàng Ngọc Bảo Châu Phương Thùy Linh",
    "Huyền Tôn Nữ Đặng Lê Thị Nguyệt Thượng Quỳnh Hương Khuê Bích Diệp",
)
STREETS = (
    "Trần Hưng Đạo", "Lê Lợi", "Quang Trung", "Nguyễn Trãi", "Lý Thường Kiệt", "Phan Chu Trinh",
    "Bà Triệu", "Ngô Quyền", "Hoàng Hoa Thám", "Nguyễn Văn Cừ", "Tô Hiệu", "Lạc Long Quân",
    "Phạm Ngũ Lão", "Hai Bà Trưng", "Nguyễn Khuyến", "Chu Văn An", "Tôn Đức Thắng", "30 tháng 4",
)
VILLAGES = (
    "Thôn Đông", "Thôn Đoài", "Thôn Thượng", "Thôn Hạ", "Thôn Trung", "Thôn 1", "Thôn 2", "Thôn 3",
    "Xóm Chùa", "Xóm Đình", "Xóm Bến", "Thôn Yên Phú", "Thôn Phú Mỹ", "Thôn Đồng Tâm",
    "Cụm dân cư số 4", "Khu tái định cư Gò Sỏi",
)
OLD_PLACES = (
    ("Phường Láng Hạ", "Quận Đống Đa"), ("Phường Cống Vị", "Quận Ba Đình"),
    ("Phường Mai Động", "Quận Hoàng Mai"), ("Phường Bồ Đề", "Quận Long Biên"),
    ("Xã Vĩnh Ngọc", "Huyện Đông Anh"), ("Xã Đa Tốn", "Huyện Gia Lâm"),
    ("Xã Tản Lĩnh", "Huyện Ba Vì"), ("Thị trấn Phùng", "Huyện Đan Phượng"),
)
TRADES = (
    "Phở Bò", "Tạp Hóa", "May Đo", "Sửa Xe", "Cơm Bình Dân", "Nông Sản", "Văn Phòng Phẩm",
    "Đồ Gỗ", "Vật Liệu Xây Dựng", "Làm Tóc",
)
COMPANY_TRADES = (
    "Thương mại và Dịch vụ", "Xây dựng", "Sản xuất", "Tư vấn Thiết kế", "Vận tải", "Thực phẩm",
    "Công nghệ", "Đầu tư và Phát triển", "Xuất nhập khẩu",
)
COMPANY_WORDS = (
    "An Bình", "Đại Cát", "Hưng Phát", "Minh Khôi", "Sông Nhuệ", "Tân Tiến", "Thăng Hoa",
    "Việt Hòa", "Phú Quý", "Ngọc Lâm", "Trường Thịnh", "Hồng Vân",
)
PURPOSES = (
    "Bổ sung hồ sơ xin việc", "Làm thủ tục nhập học cho con", "Vay vốn ngân hàng",
    "Hoàn thiện hồ sơ bảo hiểm xã hội", "Đăng ký kết hôn", "Sang tên quyền sử dụng đất",
    "Xin cấp thị thực", "Làm chế độ chính sách cho bố mẹ", "Nộp hồ sơ du học",
    "Mở tài khoản và đăng ký thuế cho hộ kinh doanh", "Xin giấy phép sửa chữa nhà ở",
    "Nhận hỗ trợ của địa phương", "Bổ sung hồ sơ thừa kế", "Đăng ký biến động đất đai",
)
