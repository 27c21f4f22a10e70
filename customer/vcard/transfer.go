package vcard

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
)

// charset gives the decoder of a character set that 2.1 cards are found in; nil for
// UTF-8 and ASCII. What else there is comes by the host's DecodeOptions.Charset.
func charset(name string) (e encoding.Encoding, known bool) {
	if name == "" {
		return nil, true
	}
	switch strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(name), "-", ""), "_", "") {
	case "utf8", "ascii", "usascii":
		return nil, true
	case "iso88591", "latin1":
		return charmap.ISO8859_1, true
	case "iso88592", "latin2":
		return charmap.ISO8859_2, true
	case "iso885915", "latin9":
		return charmap.ISO8859_15, true
	case "windows1250", "cp1250":
		return charmap.Windows1250, true
	case "windows1251", "cp1251":
		return charmap.Windows1251, true
	case "windows1252", "cp1252":
		return charmap.Windows1252, true
	case "koi8r":
		return charmap.KOI8R, true
	case "shiftjis", "sjis", "xsjis", "windows31j", "cp932", "ms932":
		return japanese.ShiftJIS, true
	case "eucjp":
		return japanese.EUCJP, true
	case "iso2022jp":
		return japanese.ISO2022JP, true
	}
	return nil, false
}

// quotedPrintable undoes the encoding of RFC 2045 section 6.7; ok is false where an
// equals sign is followed by no two hexadecimal digits, which is then kept.
func quotedPrintable(s string) (out string, ok bool) {
	if strings.IndexByte(s, '=') < 0 {
		return s, true
	}
	b := make([]byte, 0, len(s))
	ok = true
	for i := 0; i < len(s); i++ {
		if s[i] != '=' {
			b = append(b, s[i])
			continue
		}
		if i+2 < len(s) {
			if hi, lo := hexDigit(s[i+1]), hexDigit(s[i+2]); hi >= 0 && lo >= 0 {
				b = append(b, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		b, ok = append(b, '='), false
	}
	return string(b), ok
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// transfer undoes the transfer encoding and the character set of a value. Line breaks
// that it finds become \n escapes, but for base64, whose blanks go.
func (d *decoder) transfer(l *line, raw string) string {
	enc := ""
	if v, ok := l.has("ENCODING"); ok {
		enc = upper(v)
	}
	switch enc {
	case "":
	case "B", "BASE64":
		clean := strings.Map(func(r rune) rune {
			if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
				return -1
			}
			return r
		}, raw)
		if !isBase64(clean) {
			d.faults.add(ErrEncoding, l.no, l.name, "not base64")
		}
		return clean
	case "QUOTED-PRINTABLE":
		l.take("ENCODING")
		var ok bool
		if raw, ok = quotedPrintable(raw); !ok {
			d.faults.add(ErrEncoding, l.no, l.name, "not quoted-printable")
		}
	case "7BIT", "8BIT":
		l.take("ENCODING")
	default:
		d.faults.add(ErrEncoding, l.no, l.name, "an encoding that is not known")
	}
	return d.lineBreaks(d.characters(l, raw))
}

// characters undoes the character set.
func (d *decoder) characters(l *line, raw string) string {
	name := l.take("CHARSET")
	if name == "" && d.version == V21 && !utf8.ValidString(raw) {
		name = d.charset
	}
	e, known := charset(name)
	switch {
	case !known && d.options.Charsets != nil:
		if s, err := d.options.Charsets(name, []byte(raw)); err == nil && utf8.ValidString(s) {
			return s
		}
		d.faults.add(ErrEncoding, l.no, l.name, "the host's decoder refused it")
	case !known:
		d.faults.add(ErrEncoding, l.no, l.name, "a character set that is not known")
	case e != nil:
		s, err := e.NewDecoder().String(raw)
		if err != nil || strings.ContainsRune(s, utf8.RuneError) {
			d.faults.add(ErrEncoding, l.no, l.name, "not in its character set")
		}
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	if !utf8.ValidString(raw) {
		d.faults.add(ErrEncoding, l.no, l.name, "not UTF-8")
		return strings.ToValidUTF8(raw, "\uFFFD")
	}
	return raw
}

// lineBreaks turns line breaks that were encoded into escapes.
func (d *decoder) lineBreaks(s string) string {
	if strings.IndexByte(s, '\n') < 0 {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if d.version == V21 {
		return s // unescape21 reads no \n
	}
	return strings.ReplaceAll(s, "\n", `\n`)
}

func isBase64(s string) bool {
	body := strings.TrimRight(s, "=")
	for i := range len(body) {
		if c := body[i]; c != '+' && c != '/' && c != '-' && c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return len(s)-len(body) <= 2 && len(body)%4 != 1
}
