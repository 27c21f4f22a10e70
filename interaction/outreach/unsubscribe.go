package outreach

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"
)

// Names and values of RFC 2369 and RFC 8058.
const (
	HeaderUnsubscribe     = "List-Unsubscribe"
	HeaderUnsubscribePost = "List-Unsubscribe-Post"

	oneClickName  = "List-Unsubscribe"
	oneClickValue = "One-Click"
)

// Header is one field of a message.
type Header struct{ Name, Value string }

// Headers builds the two fields that let a recipient unsubscribe with one click (RFC
// 8058, section 3.1) from an HTTPS address, which must hold what identifies recipient
// and list (see [Signer.Token]), and optionally a mailto address for clients that know
// only RFC 2369. Both fields have to be covered by a valid DKIM signature (section 4):
// name them among the signed ones. ErrUnsubscribe for an address of another scheme,
// without a host, longer than 480 bytes, or with characters that do not belong in a header
// field, escaped ones of a mailto address included.
func Headers(https, mailto string) ([]Header, error) {
	if err := checkLink(https, "https"); err != nil {
		return nil, err
	}
	value := "<" + https + ">"
	if mailto != "" {
		if err := checkLink(mailto, "mailto"); err != nil {
			return nil, err
		}
		value += ", <" + mailto + ">"
	}
	return []Header{
		{HeaderUnsubscribe, value},
		{HeaderUnsubscribePost, oneClickName + "=" + oneClickValue},
	}, nil
}

// maxLink keeps a header field within the 998 octets of a line of RFC 5322.
const maxLink = 480

func checkLink(link, scheme string) error {
	for i := range len(link) {
		if c := link[i]; c <= ' ' || c >= 0x7f || c == '<' || c == '>' || c == ',' || c == '"' {
			return fmt.Errorf("%w: address holds %q", ErrUnsubscribe, c)
		}
	}
	u, err := url.Parse(link)
	if err != nil || len(link) > maxLink {
		return fmt.Errorf("%w: address does not parse or is longer than %d bytes", ErrUnsubscribe, maxLink)
	}
	if scheme == "mailto" && strings.ContainsFunc(unescaped(u), func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return fmt.Errorf("%w: address holds an escaped control character", ErrUnsubscribe)
	}
	if u.Scheme != scheme || (scheme == "https" && u.Hostname() == "") || (scheme == "mailto" && u.Opaque == "") {
		return fmt.Errorf("%w: want an address of scheme %s", ErrUnsubscribe, scheme)
	}
	return nil
}

// unescaped is what a mail client makes fields of: RFC 6068 section 7 warns of line
// breaks that smuggle in further ones.
func unescaped(u *url.URL) string {
	text, err := url.PathUnescape(u.Opaque + "?" + u.RawQuery)
	if err != nil {
		return "\x00"
	}
	return text
}

// Links are the addresses of a List-Unsubscribe field, in its order.
type Links struct {
	HTTPS    []string
	Mailto   []string
	Other    []string // further schemes, http included
	OneClick bool     // the HTTPS addresses take a one-click POST
}

const maxField = 1 << 14

// ParseHeaders reads the values of List-Unsubscribe and of List-Unsubscribe-Post,
// which may be empty. Comments and blanks are passed over as RFC 2369 asks. OneClick
// is set when the second is exactly what RFC 8058 demands and there is an HTTPS
// address. ErrUnsubscribe when there is no address in angle brackets, or the field is
// malformed or longer than 16 KiB.
func ParseHeaders(unsubscribe, post string) (Links, error) {
	var l Links
	if len(unsubscribe) > maxField {
		return l, fmt.Errorf("%w: field is longer than %d bytes", ErrUnsubscribe, maxField)
	}
	rest := unsubscribe
	for {
		var err error
		if rest, err = skipComments(rest); err != nil {
			return Links{}, err
		}
		if !strings.HasPrefix(rest, "<") {
			return Links{}, fmt.Errorf("%w: want an address in angle brackets, have %q", ErrUnsubscribe, clip(rest))
		}
		link, after, ok := strings.Cut(rest[1:], ">")
		if !ok {
			return Links{}, fmt.Errorf("%w: %q is not closed", ErrUnsubscribe, clip(rest))
		}
		l.add(unfold(link))
		if rest, err = skipComments(after); err != nil {
			return Links{}, err
		}
		if rest == "" {
			break
		}
		if rest[0] != ',' { // RFC 2369 section 2: anything else ends the list
			break
		}
		rest = rest[1:]
	}
	if len(l.HTTPS)+len(l.Mailto)+len(l.Other) == 0 {
		return Links{}, fmt.Errorf("%w: no address", ErrUnsubscribe)
	}
	l.OneClick = len(l.HTTPS) > 0 && strings.TrimSpace(post) == oneClickName+"="+oneClickValue
	return l, nil
}

func (l *Links) add(link string) {
	scheme, _, ok := strings.Cut(link, ":")
	switch scheme = strings.ToLower(scheme); {
	case !ok || link == "":
	case scheme == "https" && checkLink("https"+link[5:], "https") == nil:
		l.HTTPS = append(l.HTTPS, link)
	case scheme == "mailto":
		l.Mailto = append(l.Mailto, link)
	default:
		l.Other = append(l.Other, link)
	}
}

// unfold drops the white space that folding left inside an address.
func unfold(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\r', '\n':
			return -1
		}
		return r
	}, s)
}

// skipComments passes over white space and nested comments.
func skipComments(s string) (string, error) {
	for depth := 0; s != ""; s = s[1:] {
		switch c := s[0]; {
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case c == '\\' && depth > 0 && len(s) > 1:
			s = s[1:]
		case depth > 0, c == ' ', c == '\t', c == '\r', c == '\n':
		default:
			return s, nil
		}
		if len(s) == 1 && depth > 0 {
			return "", fmt.Errorf("%w: comment is not closed", ErrUnsubscribe)
		}
	}
	return "", nil
}

const maxBody = 1 << 16

// OneClick checks that a request unsubscribes as RFC 8058 section 3.2 says: a POST
// whose body, as a form of either kind, holds List-Unsubscribe=One-Click. A GET never
// does, since mail filters fetch every link. Whatever else the form holds is passed
// over. ErrUnsubscribe otherwise, and for a body above 64 KiB.
func OneClick(method, contentType string, body []byte) error {
	if method != "POST" {
		return fmt.Errorf("%w: method %q, want POST", ErrUnsubscribe, clip(method))
	}
	if len(body) > maxBody {
		return fmt.Errorf("%w: body is longer than %d bytes", ErrUnsubscribe, maxBody)
	}
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("%w: content type %q", ErrUnsubscribe, clip(contentType))
	}
	var values []string
	switch kind {
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return fmt.Errorf("%w: form does not parse", ErrUnsubscribe)
		}
		values = form[oneClickName]
	case "multipart/form-data":
		if values, err = formValues(body, params["boundary"]); err != nil {
			return err
		}
	default:
		return fmt.Errorf("%w: content type %q", ErrUnsubscribe, clip(kind))
	}
	if len(values) != 1 || values[0] != oneClickValue {
		return fmt.Errorf("%w: the form does not hold %s=%s once", ErrUnsubscribe, oneClickName, oneClickValue)
	}
	return nil
}

func formValues(body []byte, boundary string) ([]string, error) {
	if boundary == "" {
		return nil, fmt.Errorf("%w: form without boundary", ErrUnsubscribe)
	}
	var values []string
	r := multipart.NewReader(strings.NewReader(string(body)), boundary)
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			return values, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: form does not parse", ErrUnsubscribe)
		}
		if part.FormName() != oneClickName {
			continue
		}
		text, err := io.ReadAll(io.LimitReader(part, maxName))
		if err != nil {
			return nil, fmt.Errorf("%w: form does not parse", ErrUnsubscribe)
		}
		values = append(values, string(text))
	}
}
