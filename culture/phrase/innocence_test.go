package phrase_test

import (
	"io/fs"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/phrase"
)

// innocent are texts of a desk that the lint has nothing to say about in a formal
// letter: warranties, the right to cancel at any time, a promise that is not made, a
// fault that is one's own.
var innocent = map[string][]string{
	"de": {
		"Ihre Bestellung ist heute bei uns eingegangen.",
		"Bitte senden Sie uns das ausgefüllte Formular zu.",
		"Wir melden uns, sobald die Prüfung abgeschlossen ist.",
		"Das Gerät hat zwei Jahre Garantie.",
		"Ihr Paket wurde beim Nachbarn abgegeben.",
		"Die Rechnung finden Sie im Anhang.",
		"Sie können den Vertrag jederzeit kündigen.",
		"Beruhigend ist, dass keine Daten verloren gingen.",
		"Sie haben eine falsche Rechnung erhalten, das war unser Fehler.",
		"Unsere Öffnungszeiten sind Montag bis Freitag.",
		"Selbstverständlich erhalten Sie eine Bestätigung.",
		"Sie haben am 3. Mai nicht bezahlt bekommen, was Ihnen zusteht.",
		"Wir können nicht garantieren, dass es morgen ankommt.",
	},
	"fr": {
		"Votre commande est bien arrivée chez nous.",
		"Merci de nous renvoyer le formulaire signé.",
		"La garantie dure deux ans.",
		"Vous trouverez la facture en pièce jointe.",
		"Nos bureaux ouvrent à neuf heures.",
		"Votre colis a été déposé chez le voisin.",
		"Vous pouvez résilier à tout moment.",
		"Je vous rappelle demain matin.",
		"Le calme est revenu sur le réseau.",
		"C’est notre erreur et nous la corrigeons.",
		"Une tasse de thé est offerte.",
		"Nous ne pouvons pas garantir la date.",
	},
	"es": {
		"Su pedido llegó ayer a nuestro almacén.",
		"Le enviamos la factura adjunta.",
		"La garantía es de dos años.",
		"Puede cancelar cuando quiera.",
		"Hemos dejado el paquete en la portería.",
		"Gracias por su paciencia.",
		"El té está incluido.",
		"Ha sido un error nuestro.",
		"Le llamaremos mañana por la mañana.",
		"No podemos garantizar la fecha.",
		"Usted no tiene que hacer nada.",
	},
	"it": {
		"Il Suo ordine è arrivato.",
		"Può trovare la fattura in allegato.",
		"La garanzia dura due anni.",
		"La richiamiamo domani mattina.",
		"È stato un nostro errore.",
		"Può recedere in qualsiasi momento.",
		"Il pacco è dal vicino.",
		"Grazie per la Sua pazienza.",
		"Non possiamo garantire la data.",
	},
	"pt-BR": {
		"O seu pedido chegou hoje.",
		"A nota fiscal está em anexo.",
		"A garantia é de dois anos.",
		"O erro foi nosso.",
		"O senhor pode cancelar a qualquer momento.",
		"Agradecemos a sua paciência.",
		"Ligaremos amanhã de manhã.",
		"Deixamos o pacote na portaria.",
		"Não podemos garantir a data.",
		"A senhora recebeu o boleto errado por falha nossa.",
	},
	"nl": {
		"Uw bestelling is binnen.",
		"De factuur vindt u in de bijlage.",
		"De garantie duurt twee jaar.",
		"Het was onze fout.",
		"U kunt op elk moment opzeggen.",
		"Wij bellen u morgen terug.",
		"Het pakket ligt bij de buren.",
		"Dank u voor uw geduld.",
		"Wij kunnen de datum niet garanderen.",
		"De kantoren zijn open van negen tot vijf.",
	},
	"pl": {
		"Pana zamówienie dotarło do nas.",
		"Fakturę przesyłamy w załączniku.",
		"Gwarancja trwa dwa lata.",
		"To był nasz błąd.",
		"Mogą Państwo zrezygnować w każdej chwili.",
		"Oddzwonimy jutro rano.",
		"Paczka czeka u sąsiada.",
		"Dziękujemy za cierpliwość.",
		"Nie możemy zagwarantować terminu.",
		"Biuro jest czynne od dziewiątej.",
	},
	"ru": {
		"Ваш заказ поступил к нам.",
		"Счёт во вложении.",
		"Гарантия действует два года.",
		"Это была наша ошибка.",
		"Вы можете отказаться в любой момент.",
		"Мы перезвоним завтра утром.",
		"Посылка у соседа.",
		"Спасибо за терпение.",
		"Мы не можем гарантировать срок.",
		"Офис открыт с девяти.",
	},
	"tr": {
		"Siparişiniz bize ulaştı.",
		"Faturayı ekte bulabilirsiniz.",
		"Hata bizdeydi.",
		"İstediğiniz zaman iptal edebilirsiniz.",
		"Yarın sabah sizi arayacağız.",
		"Paketiniz komşunuzda.",
		"Sabrınız için teşekkür ederiz.",
		"Tarihi garanti edemiyoruz.",
		"Ofisimiz dokuzda açılır.",
	},
	"ja": {
		"ご注文を承りました。",
		"請求書を添付いたします。",
		"保証期間は二年間です。",
		"こちらの手違いでございました。",
		"いつでも解約していただけます。",
		"明朝お電話いたします。",
		"お荷物はお隣にお預けしました。",
		"お待ちいただきありがとうございます。",
		"日程は保証いたしかねます。",
		"営業時間は九時からです。",
	},
	"ko": {
		"주문이 접수되었습니다.",
		"청구서를 첨부해 드립니다.",
		"보증 기간은 2년입니다.",
		"저희 잘못이었습니다.",
		"언제든지 해지하실 수 있습니다.",
		"내일 오전에 전화드리겠습니다.",
		"택배는 이웃에 맡겼습니다.",
		"기다려 주셔서 감사합니다.",
		"날짜를 보장해 드릴 수 없습니다.",
		"영업시간은 9시부터입니다.",
	},
	"zh-Hans": {
		"您的订单已收到。",
		"发票见附件。",
		"保修期为两年。",
		"这是我们的错误。",
		"您可以随时取消。",
		"我们明天上午给您回电。",
		"包裹已放在邻居处。",
		"感谢您的耐心等待。",
		"我们无法保证日期。",
		"营业时间为九点起。",
	},
	"zh-Hant": {
		"您的訂單已收到。",
		"發票請見附件。",
		"保固期為兩年。",
		"這是我們的錯誤。",
		"您可以隨時取消。",
		"我們明天上午回電給您。",
		"包裹已放在鄰居處。",
		"感謝您的耐心等候。",
		"我們無法保證日期。",
		"營業時間為九點起。",
	},
	"ar": {
		"وصل طلبكم إلينا اليوم.",
		"الفاتورة مرفقة.",
		"مدة الضمان سنتان.",
		"كان الخطأ من جانبنا.",
		"يمكنكم الإلغاء في أي وقت.",
		"سنتصل بكم صباح الغد.",
		"شكرًا على صبركم.",
		"لا يمكننا ضمان الموعد.",
		"الطرد عند الجار.",
		"يفتح المكتب في التاسعة.",
	},
	"he": {
		"ההזמנה שלך התקבלה אצלנו.",
		"החשבונית מצורפת.",
		"האחריות היא לשנתיים.",
		"זו הייתה טעות שלנו.",
		"ניתן לבטל בכל עת.",
		"נתקשר מחר בבוקר.",
		"תודה על הסבלנות.",
		"איננו יכולים להבטיח את המועד.",
		"החבילה אצל השכן.",
		"המשרד נפתח בתשע.",
	},
	"hi": {
		"आपका ऑर्डर हमें मिल गया है।",
		"बिल संलग्न है।",
		"वारंटी दो साल की है।",
		"यह हमारी गलती थी।",
		"आप कभी भी रद्द कर सकते हैं।",
		"हम कल सुबह आपको फ़ोन करेंगे।",
		"आपके धैर्य के लिए धन्यवाद।",
		"हम तारीख की गारंटी नहीं दे सकते।",
		"पैकेट पड़ोसी के पास है।",
		"कार्यालय नौ बजे खुलता है।",
	},
	"id": {
		"Pesanan Anda sudah kami terima.",
		"Faktur terlampir.",
		"Garansi berlaku dua tahun.",
		"Ini kesalahan kami.",
		"Anda dapat membatalkan kapan saja.",
		"Kami akan menelepon Anda besok pagi.",
		"Terima kasih atas kesabaran Anda.",
		"Kami tidak dapat menjamin tanggalnya.",
		"Paket ada di tetangga.",
		"Kantor buka pukul sembilan.",
	},
	"vi": {
		"Chúng tôi đã nhận được đơn hàng của Quý khách.",
		"Hóa đơn được đính kèm.",
		"Thời hạn bảo hành là hai năm.",
		"Đây là lỗi của chúng tôi.",
		"Quý khách có thể hủy bất cứ lúc nào.",
		"Chúng tôi sẽ gọi lại vào sáng mai.",
		"Cảm ơn Quý khách đã kiên nhẫn chờ đợi.",
		"Chúng tôi không thể bảo đảm ngày giao.",
		"Gói hàng đang ở nhà hàng xóm.",
		"Văn phòng mở cửa lúc chín giờ.",
	},
	"th": {
		"เราได้รับคำสั่งซื้อของท่านแล้ว",
		"แนบใบแจ้งหนี้มาพร้อมนี้",
		"เป็นความผิดพลาดของเรา",
		"ท่านสามารถยกเลิกได้ทุกเมื่อ",
		"เราจะโทรกลับพรุ่งนี้เช้า",
		"ขอบคุณที่รอ",
		"เราไม่สามารถรับประกันวันที่ได้",
		"พัสดุอยู่ที่เพื่อนบ้าน",
		"สำนักงานเปิดเก้าโมง",
	},
	"en-US": {
		"Your order has arrived at our warehouse.",
		"The invoice is attached.",
		"The warranty lasts two years.",
		"It was our mistake.",
		"You may cancel at any time.",
		"We will call you tomorrow morning.",
		"Thank you for your patience.",
		"We cannot guarantee the date.",
		"The parcel is with your neighbor.",
		"Our office opens at nine.",
		"A calm sea is expected, so the ferry sails.",
		"You should have received an email from us.",
		"If you made a mistake, you can correct it here.",
		"Never share your password.",
	},
}

func TestInnocentTexts(t *testing.T) {
	t.Parallel()
	l := linter(t, nil)
	for name, texts := range innocent {
		to := phrase.Target{Locale: language.Make(name), Register: culture.Formal, Medium: phrase.Letter}
		require.GreaterOrEqual(t, len(texts), 9, name)
		for _, text := range texts {
			require.Empty(t, lint(t, l, text, to), "%s: %s", name, text)
		}
	}
	require.Len(t, innocent, len(locales)-2, "all but en-GB and es-MX, which add to en-US and es")
}

// A word is found however it is written: over the end of a line, with characters that
// nobody sees, in full width, with its accents apart, with its vowels pointed.
func TestWordsInDisguise(t *testing.T) {
	t.Parallel()
	l := linter(t, nil)
	for _, row := range []struct{ name, locale, text, excerpt string }{
		{"a line broken", "en", "Please calm\ndown.", "calm\ndown"},
		{"a line broken the other way", "en", "Please calm\r\ndown.", "calm\r\ndown"},
		{"two blanks", "en", "Calm  down.", "Calm  down"},
		{"stars", "en", "*calm* down", "calm* down"},
		{"a soft hyphen", "de", "Be\u00adruhigen Sie sich.", "Be\u00adruhigen Sie sich"},
		{"a blank without a width", "en", "c\u200balm down", "c\u200balm down"},
		{"full width", "en", "Ｃａｌｍ ｄｏｗｎ", "Ｃａｌｍ ｄｏｗｎ"},
		{"accents apart", "es", norm.NFD.String("Cálmese"), norm.NFD.String("Cálmese")},
		{"kana apart", "ja", norm.NFD.String("どうか落ち着いて、ごがまんを"), "落ち着いて"},
		{"hidden in Han", "zh-Hans", "请\u200b冷\u200b静。", "冷\u200b静"},
		{"Arabic points", "ar", "اِهْدَأ", "اِهْدَأ"},
		{"Arabic, drawn out", "ar", "اهـــدأ", "اهـــدأ"},
		{"Hebrew points", "he", "תֵּירָגַע", "תֵּירָגַע"},
	} {
		to := phrase.Target{Locale: language.Make(row.locale), Register: culture.Formal, Medium: phrase.Letter}
		found, err := l.Lint(row.text, to)
		require.NoError(t, err, row.name)
		var excerpts []string
		for _, f := range found {
			if f.Rule == phrase.Soothing {
				excerpts = append(excerpts, f.Excerpt)
				require.Equal(t, row.text[f.From:f.To], f.Excerpt, row.name)
				require.True(t, utf8.ValidString(f.Excerpt), row.name)
			}
		}
		require.Equal(t, []string{row.excerpt}, excerpts, row.name)
	}
	to := phrase.Target{Locale: language.English, Register: culture.Formal, Medium: phrase.Letter}
	require.Empty(t, lint(t, l, "The sea is calm\n\nDown the road is our shop.", to), "an empty line sets words apart")
}

// In a text without blanks between words a host's word counts in any letters, unless
// capitals matter.
func TestCapitalsInUnspacedText(t *testing.T) {
	t.Parallel()
	l := linter(t, &phrase.LintOptions{Packs: []fs.FS{pack("phrases/ja.json", `{"schema":"phrases/1","locale":"ja","status":"draft",
		"lint":{"blame":[{"match":"NG対応","say":"対応","case":true},{"match":"User様","say":"お客様"}]}}`)}})
	to := phrase.Target{Locale: language.Japanese, Register: culture.Formal, Medium: phrase.Letter}
	require.Equal(t, []string{"blame NG対応"}, lint(t, l, "これはNG対応です。", to))
	require.Empty(t, lint(t, l, "これはng対応です。", to))
	require.Equal(t, []string{"blame USER様"}, lint(t, l, "USER様へ。", to))
}
