package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strings"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

type importsView struct {
	Reports []desk.ImportReport
	Report  *desk.ImportReport // of the import that was just done
	Zone    string
	MaxMiB  int64
	Form    form
}

// importsPage shows the reports of all imports and the forms.
func (s *Server) importsPage(w http.ResponseWriter, r *http.Request) error {
	return s.showImports(w, r, http.StatusOK, importsView{})
}

func (s *Server) showImports(w http.ResponseWriter, r *http.Request, status int, view importsView) error {
	var err error
	if view.Reports, err = s.desk.Imports(r.Context()); err != nil {
		return err
	}
	head, err := s.desk.Head(r.Context())
	if err != nil {
		return err
	}
	view.Zone, view.MaxMiB = head.Zone, s.opts.MaxImport>>20
	if err := s.readyForms(w, r, map[string]*form{"import": &view.Form}); err != nil {
		return err
	}
	return s.page(w, r, status, "imports", "Import", view)
}

// upload is what an import form sends: the parts before the file, and the file as a
// stream that is never kept as a whole.
type upload struct {
	token, key, name string
	file             io.Reader
}

// maxPart bounds the fields before the file.
const maxPart = 4 << 10

// readUpload reads the fields of a multipart form up to its file.
func readUpload(r *http.Request) (upload, error) {
	var out upload
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return out, refusal{status: http.StatusUnsupportedMediaType, code: "media-type", text: "A form with a file was expected."}
	}
	parts := multipart.NewReader(r.Body, params["boundary"])
	for range 8 {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, unreadable(err)
		}
		if part.FormName() == "file" {
			out.name, out.file = fileName(part.FileName()), part
			return out, nil
		}
		text, err := io.ReadAll(io.LimitReader(part, maxPart))
		if err != nil {
			return out, unreadable(err)
		}
		switch part.FormName() {
		case "token":
			out.token = string(text)
		case "key":
			out.key = string(text)
		}
	}
	return out, refusal{status: http.StatusBadRequest, code: "malformed", text: "The form has too many parts before its file."}
}

// maxName is the length of the longest name of a file, in characters.
const maxName = 80

// fileName keeps the last part of a name, without what could lead elsewhere.
func fileName(name string) string {
	if len(name) > 4<<10 { // the last part is at the end
		name = name[len(name)-(4<<10):]
	}
	name = path.Base(strings.ReplaceAll(tidy(strings.ToValidUTF8(name, "")), "\\", "/"))
	if name == "." || name == "/" {
		return ""
	}
	n := 0
	for at := range name {
		if n++; n > maxName {
			return name[:at]
		}
	}
	return name
}

// importInvoices imports an uploaded file. The file goes to the application as it
// arrives; the token stands before it in the form.
func (s *Server) importInvoices(w http.ResponseWriter, r *http.Request) error {
	up, err := readUpload(r)
	if err != nil {
		return err
	}
	held, ok := s.heldSession(r)
	if !ok || !s.keys.isFormToken(held, up.token) {
		return refusal{status: http.StatusForbidden, code: "token", text: "This form is older than your session, so nothing was imported. Please reload the page and choose the file again."}
	}
	var l faultList
	if !isKey(up.key) {
		l.add("key", "required", "The form has lost its key. Please reload the page.")
	}
	if up.file == nil || up.name == "" {
		l.add("file", "required", "Please choose a file.")
	}
	var report desk.ImportReport
	if err = l.err(); err == nil {
		report, err = s.desk.ImportInvoices(r.Context(), desk.ImportCommand{Key: up.key, Name: up.name, Body: up.file}, nil)
	}
	return s.imported(w, r, report, err)
}

// importShop imports the simulated shop.
func (s *Server) importShop(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.readForm(w, r); err != nil {
		return err
	}
	report, err := s.desk.ImportShop(r.Context(), nil)
	return s.imported(w, r, report, err)
}

func (s *Server) imported(w http.ResponseWriter, r *http.Request, report desk.ImportReport, err error) error {
	if err == nil {
		return s.showImports(w, r, http.StatusOK, importsView{Report: &report})
	}
	why := refused(err)
	if !why.mendable() {
		return err
	}
	var f form
	f.take(why, "file")
	return s.showImports(w, r, why.status, importsView{Form: f})
}
