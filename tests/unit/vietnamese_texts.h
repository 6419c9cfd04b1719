/* Sentences for test_vietnamese.c, written for it: reports of incidents, letters, names and lists in Vietnamese; everyday and office Western text. */
#ifndef IG_TESTS_UNIT_VIETNAMESE_TEXTS_H
#define IG_TESTS_UNIT_VIETNAMESE_TEXTS_H
#include <stddef.h>
#include "base/opt.h"

static const char *const vietnamese_texts[] = {
	"Kính gửi Trung tâm, hệ thống thư điện tử của chúng tôi bị tấn công từ chiều hôm qua.",
	"Đề nghị Quý cơ quan hỗ trợ kiểm tra và xử lý sự cố trong thời gian sớm nhất.",
	"Công an tỉnh báo cáo sự cố mạng nghiêm trọng xảy ra lúc 9 giờ 30 phút ngày 05 tháng 02 năm 2026.",
	"Máy chủ web của Sở Thông tin và Truyền thông không truy cập được từ bên ngoài.",
	"Chúng tôi đã ngắt kết nối máy bị nhiễm mã độc và lưu lại nhật ký để điều tra.",
	"Người báo cáo: Nguyễn Thị Phương Thảo, chuyên viên phòng Công nghệ thông tin.",
	"Số điện thoại liên hệ 0262.859.9699, địa chỉ 12 đường Lê Duẩn, thành phố Buôn Ma Thuột.",
	"Trang thông tin điện tử bị thay đổi giao diện, xuất hiện nội dung lạ bằng tiếng nước ngoài.",
	"Tài khoản quản trị bị chiếm đoạt, mật khẩu đã được đổi ngay sau khi phát hiện.",
	"Xin gửi kèm tệp nhật ký và ảnh chụp màn hình để các anh chị xem xét.",
	"Theo quy định tại Nghị định số 85/2016/NĐ-CP, đơn vị vận hành phải báo cáo ban đầu.",
	"Sự cố làm gián đoạn dịch vụ công trực tuyến khoảng hai tiếng đồng hồ.",
	"Hiện nay hệ thống đã hoạt động bình thường trở lại, chưa phát hiện mất dữ liệu.",
	"Rất mong nhận được phản hồi của Quý Trung tâm. Trân trọng cảm ơn.",
	"Có nhiều thư rác giả mạo ngân hàng được gửi tới cán bộ của xã.",
	"Cuộc tấn công từ chối dịch vụ bắt đầu lúc nửa đêm và kéo dài đến sáng.",
	"Kẻ xấu mã hóa toàn bộ ổ đĩa và đòi tiền chuộc bằng tiền ảo.",
	"Ủy ban nhân dân huyện đề nghị phối hợp ngăn chặn các địa chỉ nêu trên.",
	"Tôi nghỉ phép đến hết tuần, việc gấp xin liên hệ anh Trần Văn Hùng.",
	"Danh sách cán bộ: Lê Thị Bích Ngọc, Phạm Quốc Đạt, Võ Minh Tuấn, Đỗ Hoàng Yến, Bùi Xuân Trường.",
	"Cấp độ của hệ thống: cấp độ 3. Chủ quản: Sở Tài nguyên và Môi trường tỉnh Đắk Lắk.",
	"Lỗ hổng trên thiết bị tường lửa cho phép thực thi mã từ xa mà không cần xác thực.",
	"Bộ phận trực đã cài đặt bản vá và khởi động lại dịch vụ vào tối thứ bảy.",
	"Mưa lớn làm mất điện ở trung tâm dữ liệu, đường truyền dự phòng cũng bị đứt.",
	"Chị ấy hỏi khi nào thì mạng của trường học được khôi phục.",
	"Văn phòng chuyển công văn này cho bộ phận kỹ thuật giải quyết theo thẩm quyền.",
	"Nơi nhận: như trên; lưu văn thư; phòng an toàn thông tin; các đơn vị trực thuộc.",
	"Đường dây nóng hoạt động suốt ngày đêm, kể cả ngày lễ và cuối tuần.",
	"Bệnh viện đa khoa khu vực thông báo phần mềm khám chữa bệnh bị lỗi nặng.",
	"Những máy tính cũ chưa được cập nhật đều có nguy cơ bị lợi dụng.",
	"Yêu cầu giữ kín thông tin cá nhân của người dân trong hồ sơ này.",
	"Cổng dịch vụ trả về trang trắng, người dùng không đăng nhập được.",
	"Kết quả rà soát cho thấy phần mềm gián điệp đã nằm trong máy từ năm ngoái.",
	"Ông Huỳnh Công Khanh, phó giám đốc, ký thay giám đốc.",
	"Anh em nhớ sao lưu dữ liệu trước khi nâng cấp, đừng để xảy ra như lần trước nữa.",
	"Địa chỉ 192.0.2.15 liên tục dò quét cổng 22 và 3389 của chúng tôi.",
	"Tỉnh Quảng Trị, thị xã Đông Hà, phường 5, tổ dân phố số ba.",
	"Trả lời công văn số 290/STTTT-CNTT ngày 22 tháng 11 năm 2011 về việc ứng cứu sự cố.",
	"Nhà mạng cho biết tuyến cáp quang biển đang được sửa chữa.",
	"Vâng, tôi đã nhận được thư, sẽ kiểm tra rồi báo lại sau.",
};

static const char *const german_texts[] = {
	"Für die Überprüfung der Anlage benötigen wir noch die Unterlagen über die Änderungen.",
	"Schöne Grüße aus München, wir hören uns nächste Woche wieder.",
	"Der Schlüssel läßt sich nicht öffnen, möglicherweise müssen wir ihn zurücksetzen.",
	"Bitte prüfen Sie die Einträge früherer Prüfungen und bestätigen Sie die Ergebnisse.",
	"Während der Störung können Rückfragen leider nur verzögert beantwortet werden.",
	"Herr Müller und Frau Jäger sind außer Haus, Rückruf gegen fünf Uhr erwünscht.",
	"Größere Mengen fälschlich gemeldeter Vorfälle häufen sich seit März.",
};
static const char *const french_texts[] = {
	"Les élèves ont été très gênés à l'école où ils étaient déjà arrivés la veille.",
	"Veuillez vérifier l'intégrité des données et nous répondre dès que possible.",
	"Le réseau a été coupé à la suite d'une panne générale de l'électricité.",
	"Nous avons reçu votre requête concernant la sécurité du système français.",
	"Après réflexion, le comité a préféré différer la réunion à l'été prochain.",
	"À Genève, la forêt brûlée a dû être évacuée côté sud dès août.",
	"Tu as à là où ça va, né à Hà, dû là.",
};
static const char *const spanish_texts[] = {
	"La conexión se cortó después de la última actualización del año pasado.",
	"¿Cuándo podrán enviarnos la información técnica según lo que pidió el señor Núñez?",
	"Él está en la oficina, pero mañana no habrá nadie allí, así que llámenos después.",
	"También recibió más correo no deseado con números de teléfono erróneos.",
	"Perdón por la tardanza: aún estábamos verificando qué pasó aquí.",
};
static const char *const portuguese_texts[] = {
	"A situação não está resolvida; há três máquinas sem ligação à rede.",
	"Segundo a informação da administração, o serviço será reposto amanhã às dez.",
	"Vocês já têm acesso às gravações e às cópias de segurança do órgão?",
	"São João é também padroeiro da região, e não só de lá.",
	"Atenção: a função pública não permitirá alterações até à próxima reunião.",
};
static const char *const swedish_texts[] = {
	"På måndag är vi åter på kontoret och då får ni svar på er fråga.",
	"Vänligen återkom när felsökningen är färdig så att vi kan gå vidare.",
	"Två av våra datorer är smittade och måste återställas från säkerhetskopian.",
	"Åke och Örjan bär på ett paket från Göteborg till Malmö.",
	"Det går inte att nå sidan, försök igen på kvällen eller ring växeln.",
};
static const char *const danish_texts[] = {
	"Vi får ikke længere svar på vores forespørgsler fra Ålborg og Århus.",
	"Så må I prøve igen på mandag, når løsningen er på plads.",
	"Være venlig at sende kopi af sælgerens øvrige breve først på året.",
	"Børnene går i skole på øen, men må først møde klokken ni.",
};
static const char *const finnish_texts[] = {
	"Hyvää päivää, järjestelmä ei ole käytettävissä tänään eikä myöskään yöllä.",
	"Pyydämme teitä lähettämään lisätietoja häiriöstä mitä pikimmin.",
	"Tämä viesti on tärkeä, älä jätä sitä lukematta äläkä vielä vastaa.",
	"Käyttäjän täytyy vaihtaa tunnuksensa, jos häneltä se on hävinnyt.",
};
static const char *const italian_texts[] = {
	"Perché la città è così lontana, non c'è più nessuno che verrà già lunedì.",
	"La qualità del servizio è peggiorata, però si può ancora lavorare.",
	"È già là, ma né tu né lui sarà in ufficio prima di martedì.",
	"L'università comunicherà le modalità di accesso e la disponibilità.",
};
static const char *const dutch_texts[] = {
	"De coördinatie met België is geïntensiveerd; één vraag blijft over.",
	"Wij hebben drieëntwintig meldingen gekregen over dat éne café.",
	"Het financiële overzicht en de ideeën zijn op zaterdag geüpload.",
};
static const char *const czech_texts[] = {
	"Vážení přátelé, děkujeme za zprávu, závadu budeme řešit co nejdříve.",
	"Příliš žluťoučký kůň úpěl ďábelské ódy, říká učitel žákům.",
	"Síť je již opět v provozu, ale některé stránky zůstávají nepřístupné.",
	"Prosíme, pošlete nám výpis událostí z večerních hodin.",
	"Její účet byl zneužit a heslo bylo třeba okamžitě změnit.",
	"Já mám rád psa, má a dá to, co já.",
};
static const char *const polish_texts[] = {
	"Proszę o pilną odpowiedź w sprawie zgłoszenia, które wysłaliśmy wczoraj.",
	"Użytkownicy nie mogą się zalogować, a strona główna wyświetla błąd.",
	"Zażółć gęślą jaźń, mówi się, gdy próbuje się polskich liter.",
	"Wiadomość zawiera złośliwy załącznik, więc nie należy go otwierać.",
	"Dziękujemy za współpracę i życzymy miłego dnia całej załodze.",
};
static const char *const hungarian_texts[] = {
	"Tisztelt Uram, a kérését megkaptuk, és rövidesen válaszolni fogunk önnek.",
	"Árvíztűrő tükörfúrógép: így próbálják ki a magyar betűket.",
	"A hálózat működése őszig bizonytalan, kérjük szíves türelmüket.",
	"Köszönjük, hogy jelezte a hibát; már dolgozunk a megoldáson.",
};
static const char *const icelandic_texts[] = {
	"Það er því miður ekki hægt að ná í þjónustuna í dag.",
	"Við þökkum fyrir ábendinguna og látum vita þegar þetta er komið í lag.",
	"Hann á að mæta á fund með öðrum starfsmönnum á þriðjudaginn.",
};
static const char *const russian_texts[] = {
	"Просим сообщить, когда связь будет восстановлена полностью.",
	"Сервер недоступен со вчерашнего вечера, причина пока неизвестна.",
	"Мы получили ваше письмо и передали его в технический отдел.",
};
static const char *const turkish_texts[] = {
	"Sayın yetkili, sistemimize dün gece saldırı düzenlendi, yardımınızı bekliyoruz.",
	"Çağrı merkezimiz öğleden sonra açılacaktır, anlayışınız için teşekkürler.",
	"Güvenlik açığı kapatıldı, şifrelerin değiştirilmesi gerekiyor.",
};
static const char *const names_texts[] = {
	"José Núñez, Zoë Brontë, François Hélène, Jürgen Groß, Søren Ångström, Siân Lô, Inês São, Noël Mâle.",
	"Señor Peña, Renée, André, Chloé, Björn, Beyoncé, Citroën, Nestlé, Crédit Agricole, Société Générale.",
	"Price 20 £, café au lait à la carte, naïve approach, résumé attached, size 5 µm ± 2, 30 °C.",
};

#define IG_TEXTS(name, charset) {#name, charset, name##_texts, IG_COUNT(name##_texts)}
static const struct {
	const char *name, *charset;
	const char *const *list;
	size_t count;
} western_texts[] = {
	IG_TEXTS(german, "ISO-8859-1"), IG_TEXTS(french, "ISO-8859-1"), IG_TEXTS(spanish, "ISO-8859-1"), IG_TEXTS(portuguese, "ISO-8859-1"),
	IG_TEXTS(swedish, "ISO-8859-1"), IG_TEXTS(danish, "ISO-8859-1"), IG_TEXTS(finnish, "ISO-8859-1"), IG_TEXTS(italian, "ISO-8859-1"),
	IG_TEXTS(dutch, "ISO-8859-1"), IG_TEXTS(czech, "ISO-8859-2"), IG_TEXTS(polish, "ISO-8859-2"), IG_TEXTS(hungarian, "ISO-8859-2"),
	IG_TEXTS(icelandic, "ISO-8859-1"), IG_TEXTS(russian, "KOI8-R"), IG_TEXTS(turkish, "ISO-8859-9"), IG_TEXTS(names, "ISO-8859-1"),
};
#endif
