package web

import (
	"errors"
	"html/template"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// form is what a page's form holds: what was entered, and what is wrong with it. A field
// has the name that its value has in the command, with dots for slashes: lines.0.item is
// /lines/0/item. The zero value is an empty form.
type form struct {
	// ID tells the forms of one page apart; ids of fields begin with it.
	ID string
	// Key is the idempotency key that the form sends.
	Key string
	// Token is the session's.
	Token  string
	values url.Values
	faults map[string][]string
	// General is what is wrong with no one field.
	General []string
}

// Value is what was entered in a field.
func (f form) Value(name string) string { return f.values.Get(name) }

// Touched reports whether something was entered, or is wrong, in a field whose name
// begins like this.
func (f form) Touched(begins string) bool {
	for name, list := range f.values {
		if strings.HasPrefix(name, begins) && strings.TrimSpace(strings.Join(list, "")) != "" {
			return true
		}
	}
	for name := range f.faults {
		if strings.HasPrefix(name, begins) {
			return true
		}
	}
	return false
}

// Chosen reports whether a field holds the value.
func (f form) Chosen(name, value string) bool {
	for _, v := range f.values[name] {
		if v == value {
			return true
		}
	}
	return false
}

// Faults are the faults of a field.
func (f form) Faults(name string) []string { return f.faults[name] }

// Count is the number of faults.
func (f form) Count() int {
	n := len(f.General)
	for _, list := range f.faults {
		n += len(list)
	}
	return n
}

// FieldID is the id of a field's element.
func (f form) FieldID(name string) string { return f.ID + "-" + name }

// For is the form once more, with a key of its own: for one of a list of forms.
func (f form) For(act string, row int) form {
	f.Key += "-" + act + "-" + strconv.Itoa(row)
	return f
}

// Marks are the attributes that join a field with its faults and its hint.
func (f form) Marks(name string, hint bool) template.HTMLAttr {
	var described []string
	id := template.HTMLEscapeString(f.FieldID(name))
	if len(f.faults[name]) > 0 {
		described = append(described, id+"-fault")
	}
	if hint {
		described = append(described, id+"-hint")
	}
	var out strings.Builder
	if len(f.faults[name]) > 0 {
		out.WriteString(`aria-invalid="true" `)
	}
	if len(described) > 0 {
		out.WriteString(`aria-describedby="` + strings.Join(described, " ") + `"`)
	}
	return template.HTMLAttr(out.String()) //nolint:gosec // ids are escaped above
}

// take marks the form with the problems of a refusal. Those of fields that the form does
// not have stand above it.
func (f *form) take(why refusal, fields ...string) {
	if f.faults == nil {
		f.faults = map[string][]string{}
	}
	known := map[string]bool{}
	for _, name := range fields {
		known[name] = true
	}
	for _, p := range why.problems {
		raw := strings.NewReplacer("~1", "/", "~0", "~").Replace(strings.TrimPrefix(p.Path, "/"))
		name := strings.ReplaceAll(raw, "/", ".")
		if known[raw] {
			name = raw
		}
		if known[name] {
			f.faults[name] = append(f.faults[name], p.Message)
			continue
		}
		text := p.Message
		if name != "" {
			text = name + ": " + text
		}
		f.General = append(f.General, text)
	}
	if f.Count() == 0 {
		f.General = append(f.General, why.text)
	}
}

// limits of what a form may hold: http.MaxBytesReader bounds the bytes.
const (
	maxFields = 400
	maxField  = 16 << 10
)

// readForm parses a posted form and checks its token. A body in another media type, too
// many fields or a field that is too long are refused.
func (s *Server) readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || (kind != "application/x-www-form-urlencoded" && kind != "multipart/form-data") {
		return nil, refusal{status: http.StatusUnsupportedMediaType, code: "media-type", text: "A form was expected."}
	}
	if kind == "multipart/form-data" {
		err = r.ParseMultipartForm(1 << 20)
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		return nil, unreadable(err)
	}
	if err := checkForm(r.PostForm); err != nil {
		return nil, err
	}
	held, ok := s.heldSession(r)
	if !ok || !s.keys.isFormToken(held, r.PostForm.Get("token")) {
		return nil, refusal{status: http.StatusForbidden, code: "token", text: "This form is older than your session, so nothing was done. Please go back, reload the page and send it again."}
	}
	return r.PostForm, nil
}

// unreadable keeps "too large" apart from everything else that a body may be.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return refusal{status: http.StatusRequestEntityTooLarge, code: "too-large", text: "What was sent is larger than this server takes: at most " + strconv.FormatInt(tooLarge.Limit>>10, 10) + " KiB.", cause: err}
	}
	return refusal{status: http.StatusBadRequest, code: "malformed", text: "What was sent cannot be read.", cause: err}
}

func checkForm(values url.Values) error {
	n := 0
	for name, list := range values {
		n += len(list)
		long := len(name) > 200
		for _, v := range list {
			long = long || len(v) > maxField
			if !isText(v) {
				return refusal{status: http.StatusBadRequest, code: "malformed", text: "A field holds something that is not text."}
			}
		}
		if long || n > maxFields {
			return refusal{status: http.StatusRequestEntityTooLarge, code: "too-large", text: "A field is too long, or there are too many of them."}
		}
	}
	return nil
}

// isText reports whether a text is UTF-8 without a zero byte, which no store keeps alike.
func isText(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// faultList gathers what is wrong while a command is read from a form.
type faultList []desk.Problem

func (l *faultList) add(name, code, message string) {
	*l = append(*l, desk.Problem{Path: "/" + strings.ReplaceAll(name, ".", "/"), Code: code, Message: message})
}

// err is the refusal of everything in the list; nil when it is empty.
func (l faultList) err() error {
	if len(l) == 0 {
		return nil
	}
	return &desk.ProblemError{Kind: desk.ErrInvalid, Problems: l}
}

// whole reads a whole number; an empty field is zero, and a fault when it is required.
func (l *faultList) whole(values url.Values, name string, required bool) int64 {
	text := strings.TrimSpace(values.Get(name))
	if text == "" {
		if required {
			l.add(name, "required", "Please enter a whole number.")
		}
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		l.add(name, "number", "This is not a whole number, such as 250.")
		return 0
	}
	return n
}

// text reads a line without space around it.
func (l *faultList) text(values url.Values, name string, required bool) string {
	text := strings.TrimSpace(values.Get(name))
	if text == "" && required {
		l.add(name, "required", "Please fill this in.")
	}
	return text
}

// key reads the idempotency key of a form.
func (l *faultList) key(values url.Values) string {
	key := values.Get("key")
	if !isKey(key) {
		l.add("key", "required", "The form has lost its key. Please reload the page.")
		return ""
	}
	return key
}

// maxKey is the length of the longest idempotency key.
const maxKey = 128

// isKey reports whether text may be an idempotency key: 1 to 128 visible ASCII characters.
func isKey(text string) bool {
	if text == "" || len(text) > maxKey {
		return false
	}
	for i := range len(text) {
		if text[i] <= ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}
