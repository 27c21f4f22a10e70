package customer

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/rapport-go/rapport/internal/visible"
)

// ErrContact is what every refused contact point unwraps to.
var ErrContact = errors.New("customer: contact point refused")

// ContactError is the detail of a refused contact point. It unwraps to ErrContact and
// never quotes the point.
type ContactError struct {
	Kind   ContactKind
	Detail string
}

// Error writes kind and detail.
func (e *ContactError) Error() string { return fmt.Sprintf("customer: %s: %s", e.Kind, e.Detail) }

// Unwrap gives ErrContact.
func (e *ContactError) Unwrap() error { return ErrContact }

// ContactKind is what sort of address a contact point is. The zero value is none.
type ContactKind uint8

// The kinds of contact point.
const (
	Email  ContactKind = iota + 1
	Phone              // voice or text messages
	Handle             // an account of a messaging or social service
)

// String is "email", "phone" or "handle"; "unknown" for the zero value.
func (k ContactKind) String() string { return nameOf(k, "unknown", "email", "phone", "handle") }

// MarshalText writes the name; a value that is no kind is an error.
func (k ContactKind) MarshalText() ([]byte, error) { return marshalName(k, Handle) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (k *ContactKind) UnmarshalText(text []byte) error { return unmarshalName(k, text, Handle) }

// ContactPoint is an address at which a customer can be reached. Make it with
// NewEmail, NewPhone or NewHandle.
type ContactPoint struct {
	Kind      ContactKind
	Service   string // of a handle: "line", "whatsapp"
	Typed     string // as it was given
	Canonical string // to send to, and to ask consent for
	Key       string // to match by; empty where the point must not match, such as root@localhost
	Label     string // the host's own: "work"
	Shared    bool   // known to be used by several people: never a sign of identity
}

// ContactPoints is a list of points that logs as redacted.
type ContactPoints []ContactPoint

// LogValue hides the points and says how many there are.
func (p ContactPoints) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprintf("%d contact points %s", len(p), redacted))
}

// Format prints nothing of the point, whatever the verb.
func (p ContactPoint) Format(s fmt.State, _ rune) { hide(s, "ContactPoint") }

// LogValue is the kind and nothing of the point.
func (p ContactPoint) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", p.Kind.String()), slog.String("point", redacted))
}

func (p ContactPoint) check() error {
	switch {
	case p.Kind < Email || p.Kind > Handle:
		return &ContactError{p.Kind, "is of no kind"}
	case p.Typed == "" || p.Canonical == "":
		return &ContactError{p.Kind, "was not made by NewEmail, NewPhone or NewHandle"}
	}
	return nil
}

// NewEmail reads an e-mail address: local@domain, or a display name with the address
// in angle brackets, whose name is dropped. Width variants are folded and the text is
// NFC. In the canonical form the local part stays as typed, the domain is in small
// letters and without a root dot; the key folds the case of the whole, and is empty
// for a domain of one label, which is valid but not reachable on the Internet.
//
// Quoted local parts and address literals are refused, as are domains that are not
// ASCII: give those as A-labels (xn--…).
func NewEmail(typed string) (ContactPoint, error) {
	refuse := func(detail string) (ContactPoint, error) { return ContactPoint{}, &ContactError{Email, detail} }
	const longest = 320
	if len(typed) > 2*longest || !utf8.ValidString(typed) {
		return refuse("is too long or not valid UTF-8")
	}
	text := norm.NFKC.String(strings.TrimSpace(typed))
	if open := strings.LastIndexByte(text, '<'); open >= 0 && strings.HasSuffix(text, ">") {
		text = text[open+1 : len(text)-1]
	}
	local, domain, ok := strings.Cut(text, "@")
	if !ok || strings.Contains(domain, "@") {
		return refuse("needs exactly one @")
	}
	if reason := badLocal(local); reason != "" {
		return refuse(reason)
	}
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	if reason := badDomain(domain); reason != "" {
		return refuse(reason)
	}
	p := ContactPoint{Kind: Email, Typed: typed, Canonical: local + "@" + domain}
	if strings.Contains(domain, ".") {
		p.Key = cases.Fold().String(p.Canonical)
	}
	return p, nil
}

// badLocal says why a text is no dot-string of RFC 5321, with letters of any script.
func badLocal(local string) string {
	const longest = 64
	if len(local) > longest {
		return fmt.Sprintf("local part is longer than %d bytes", longest)
	}
	for _, atom := range strings.Split(local, ".") {
		if atom == "" {
			return "local part is empty, or a dot stands at its end or beside another"
		}
	}
	for _, r := range local {
		plain := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !plain && !strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", r) && (r < utf8.RuneSelf || badCharacters(string(r)) != "" || visible.Blank(r)) {
			return "local part holds a character that is not allowed"
		}
	}
	return ""
}

// badDomain says why a text is no domain of letter-digit-hyphen labels.
func badDomain(domain string) string {
	const longest, label = 253, 63
	if len(domain) > longest {
		return fmt.Sprintf("domain is longer than %d bytes", longest)
	}
	for _, l := range strings.Split(domain, ".") {
		switch {
		case l == "":
			return "domain has an empty label"
		case len(l) > label:
			return fmt.Sprintf("domain has a label of over %d bytes", label)
		case l[0] == '-' || l[len(l)-1] == '-':
			return "domain has a label that begins or ends with a hyphen"
		}
	}
	for _, r := range domain {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.' {
			return "domain holds a character other than letters, digits and hyphens"
		}
	}
	return ""
}

// NewPhone reads a telephone number in the international form of E.164: a plus sign
// and 7 to 15 digits, the first not 0. Blanks, hyphens and dots between digits are
// dropped; width variants are folded. A national number needs a region and a parser
// of numbering plans, and is refused here.
func NewPhone(typed string) (ContactPoint, error) {
	refuse := func(detail string) (ContactPoint, error) { return ContactPoint{}, &ContactError{Phone, detail} }
	const longest = 64
	if len(typed) > longest {
		return refuse(fmt.Sprintf("is longer than %d bytes", longest))
	}
	digits := strings.Builder{}
	text, international := strings.CutPrefix(norm.NFKC.String(strings.TrimSpace(typed)), "+")
	if !international {
		return refuse("has no + and country code")
	}
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r == ' ' || r == '-' || r == '.':
		default:
			return refuse("holds a character other than digits, blanks, hyphens and dots")
		}
	}
	number := digits.String()
	if len(number) < 7 || len(number) > 15 || number[0] == '0' {
		return refuse("has not 7 to 15 digits of which the first is not 0")
	}
	number = "+" + number
	return ContactPoint{Kind: Phone, Typed: typed, Canonical: number, Key: number}, nil
}

// NewHandle takes an account of a service as typed. Its canonical form is the NFC of
// what is left without blanks at its ends; the key folds case and names the service,
// so that equal handles of two services do not match.
func NewHandle(service, typed string) (ContactPoint, error) {
	name := norm.NFC.String(strings.TrimSpace(typed))
	reason := badCharacters(name)
	switch {
	case blank(service):
		reason = "of no service"
	case name == "":
		reason = "is empty"
	case reason == "" && !strings.ContainsFunc(name, visible.Rune):
		reason = "has no character to be seen"
	}
	if reason != "" {
		return ContactPoint{}, &ContactError{Handle, reason}
	}
	return ContactPoint{
		Kind: Handle, Service: service, Typed: typed, Canonical: name,
		Key: service + ":" + cases.Fold().String(name),
	}, nil
}
