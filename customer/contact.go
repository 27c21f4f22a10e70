package customer

import (
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/idna"
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
// NewEmail, NewPhone, ParsePhone or NewHandle.
type ContactPoint struct {
	Kind      ContactKind   `json:"kind" strictjson:"required"`
	Service   string        `json:"service,omitempty"`  // of a handle: "line", "whatsapp"
	Typed     string        `json:"typed"`              // as it was given
	Canonical string        `json:"canonical"`          // to send to, and to ask consent for
	Key       string        `json:"key,omitempty"`      // to match by; empty where the point must not match, such as root@localhost
	Label     string        `json:"label,omitempty"`    // the host's own: "work"
	Contexts  []string      `json:"contexts,omitempty"` // what it is for: "orders", "private"; the host's own
	Rank      uint8         `json:"rank,omitempty"`     // 1 is the best; 0: not ranked
	Shared    bool          `json:"shared,omitempty"`   // known to be used by several people: never a sign of identity
	From      PartialDate   `json:"from,omitzero"`      // in use since; zero: since ever
	To        PartialDate   `json:"to,omitzero"`        // in use until; zero: still
	History   []PointChange `json:"history,omitempty"`  // what became known of it, in order of time
}

// PointChange is one thing that became known of a contact point.
type PointChange struct {
	Status PointStatus `json:"status"`
	At     time.Time   `json:"at"`
	Method string      `json:"method,omitempty"` // how: "link", "code", "smtp 550"
}

// Status is what was known last; Unverified where nothing is.
func (p ContactPoint) Status() PointStatus {
	if len(p.History) == 0 {
		return Unverified
	}
	return p.History[len(p.History)-1].Status
}

// StatusAt is what was known at an instant; Unverified before anything was.
func (p ContactPoint) StatusAt(t time.Time) PointStatus {
	for _, c := range slices.Backward(p.History) {
		if !c.At.After(t) {
			return c.Status
		}
	}
	return Unverified
}

// Weak reports a point that says little about who someone is: one without a key, one
// that is shared, or one that was reassigned to or belongs to somebody else.
func (p ContactPoint) Weak() bool {
	return p.Key == "" || p.Shared || p.lost()
}

// lost reports a point that is known to be somebody else's.
func (p ContactPoint) lost() bool { return p.Status() == Reassigned || p.Status() == WrongPerson }

// ValidOn reports whether the point is in use on a day.
func (p ContactPoint) ValidOn(d Date) bool { return covers(p.From, p.To, d) }

// is reports whether two points are one address.
func (p ContactPoint) is(q PointRef) bool {
	return p.Kind == q.Kind && p.Service == q.Service && p.Canonical == q.Canonical
}

// Ref names the point among those of a customer.
func (p ContactPoint) Ref() PointRef { return PointRef{p.Kind, p.Service, p.Canonical} }

// PointRef names a contact point among those of a customer. It prints and logs as
// redacted.
type PointRef struct {
	Kind      ContactKind `json:"kind" strictjson:"required"`
	Service   string      `json:"service,omitempty"`
	Canonical string      `json:"canonical"`
}

// Format prints nothing of the point, whatever the verb.
func (p PointRef) Format(s fmt.State, _ rune) { hide(s, "PointRef") }

// LogValue is the kind and nothing of the point.
func (p PointRef) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", p.Kind.String()), slog.String("point", redacted))
}

func (p ContactPoint) clone() ContactPoint {
	p.Contexts, p.History = slices.Clone(p.Contexts), slices.Clone(p.History)
	return p
}

func (c PointChange) equal(d PointChange) bool {
	return c.Status == d.Status && c.Method == d.Method && c.At.Equal(d.At)
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
	f := &faults{}
	checkSpan(f, "point", p.From, p.To)
	if len(f.list) > 0 {
		return &ContactError{p.Kind, "is in use until before it was in use"}
	}
	for _, text := range append([]string{p.Service, p.Typed, p.Canonical, p.Key, p.Label}, p.Contexts...) {
		if badCharacters(norm.NFKC.String(text)) != "" {
			return &ContactError{p.Kind, "holds a text that is not fit to print"}
		}
	}
	for i, c := range p.History {
		if badNote(string(c.Status)) != "" || c.Status == "" || badNote(c.Method) != "" || c.At.IsZero() {
			return &ContactError{p.Kind, fmt.Sprintf("has a history whose change %d has no status or instant", i)}
		}
		if i > 0 && c.At.Before(p.History[i-1].At) {
			return &ContactError{p.Kind, "has a history that is out of order"}
		}
	}
	return nil
}

// EmailOptions say how e-mail addresses are read. The zero value is the default.
type EmailOptions struct {
	// FoldProviders folds, in the key, what the named providers ignore: dots and what
	// follows a plus sign at gmail.com and googlemail.com, what follows a plus sign at
	// outlook.com, hotmail.com, icloud.com, fastmail.com, protonmail.com and proton.me.
	// Default: the key keeps them, since elsewhere they tell people apart.
	FoldProviders bool
}

// NewEmail reads an e-mail address: local@domain, or a display name with the address
// in angle brackets, whose name is dropped. Width variants are folded and the text is
// NFC. In the canonical form the local part stays as typed, the domain is in small
// letters, as A-labels (IDNA 2008, RFC 5891 with the mapping of UTS #46) and without a
// root dot; the key folds the case of the whole, and is empty for a domain of one label,
// which is valid but not reachable on the Internet.
//
// A display name with angle brackets is read by net/mail (RFC 5322). What is left is an
// address of dot-atoms only: quoted local parts, comments and address literals are
// refused, as are a local part of over 64 bytes, a domain of over 253, and labels that
// are empty, of over 63 bytes, or not of letters, digits and hyphens.
func NewEmail(typed string) (ContactPoint, error) { return ParseEmail(typed, nil) }

// ParseEmail is NewEmail with options.
func ParseEmail(typed string, o *EmailOptions) (ContactPoint, error) {
	refuse := func(detail string) (ContactPoint, error) { return ContactPoint{}, &ContactError{Email, detail} }
	const longest = 320
	if len(typed) > 2*longest || !utf8.ValidString(typed) {
		return refuse("is too long or not valid UTF-8")
	}
	text := strings.TrimSpace(typed)
	if !plainASCII(text) {
		text = norm.NFKC.String(text)
	}
	if strings.HasSuffix(text, ">") {
		a, err := mail.ParseAddress(strings.TrimSuffix(strings.TrimSuffix(text, ">"), ".") + ">")
		if err != nil {
			return refuse("is no address in angle brackets of RFC 5322")
		}
		text = norm.NFKC.String(a.Address)
	}
	local, domain, ok := strings.Cut(text, "@")
	if !ok || strings.Contains(domain, "@") {
		return refuse("needs exactly one @")
	}
	if reason := badLocal(local); reason != "" {
		return refuse(reason)
	}
	domain, reason := canonicalDomain(domain)
	if reason != "" {
		return refuse(reason)
	}
	p := ContactPoint{Kind: Email, Typed: typed, Canonical: local + "@" + domain}
	if p.Canonical == typed {
		p.Canonical = typed // one text in memory
	}
	if strings.Contains(domain, ".") {
		p.Key = emailKey(local, domain, o != nil && o.FoldProviders)
	}
	return p, nil
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// canonicalDomain is a domain in A-labels and small letters, or why it is none.
func canonicalDomain(domain string) (canonical, reason string) {
	domain = strings.TrimSuffix(domain, ".")
	if !plainASCII(domain) || strings.Contains(domain, "xn--") || strings.Contains(domain, "XN--") {
		ascii, err := idna.Lookup.ToASCII(domain)
		if err != nil {
			return "", "domain is none of IDNA 2008"
		}
		domain = ascii
	}
	domain = strings.ToLower(domain)
	return domain, badDomain(domain)
}

// emailKey folds case, and what a provider ignores where that is asked for.
func emailKey(local, domain string, provider bool) string {
	if plainASCII(local) {
		local = strings.ToLower(local)
	} else {
		local = cases.Fold().String(local)
	}
	if !provider {
		return local + "@" + domain
	}
	dots := false
	switch domain {
	case "gmail.com", "googlemail.com":
		dots, domain = true, "gmail.com"
	case "outlook.com", "hotmail.com", "icloud.com", "fastmail.com", "protonmail.com", "proton.me":
	default:
		return local + "@" + domain
	}
	if base, _, ok := strings.Cut(local, "+"); ok && base != "" {
		local = base
	}
	if dots {
		local = strings.ReplaceAll(local, ".", "")
	}
	return local + "@" + domain
}

// badLocal says why a text is no dot-string of RFC 5321, with letters of any script.
func badLocal(local string) string {
	const longest = 64
	if len(local) > longest {
		return fmt.Sprintf("local part is longer than %d bytes", longest)
	}
	if local == "" || local[0] == '.' || local[len(local)-1] == '.' || strings.Contains(local, "..") {
		return "local part is empty, or a dot stands at its end or beside another"
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
	for l := range strings.SplitSeq(domain, ".") {
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

// NewHandle takes an account of a service as typed. Its canonical form is the NFC of
// what is left without blanks at its ends; the key folds case and names the service,
// so that equal handles of two services do not match. A service without a name, or whose
// name holds a colon or a character that is not fit to print, is refused.
func NewHandle(service, typed string) (ContactPoint, error) {
	name := norm.NFC.String(strings.TrimSpace(typed))
	reason := badCharacters(name)
	switch {
	case blank(service):
		reason = "of no service"
	case badText(service) != "" || strings.Contains(service, ":"):
		reason = "of a service whose name is not fit to print or holds a colon"
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
		Key: cases.Fold().String(strings.TrimSpace(service) + ":" + name),
	}, nil
}
