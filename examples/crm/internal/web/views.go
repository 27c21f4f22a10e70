package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

//go:embed templates/*.html
var templateFiles embed.FS

// views are the parsed templates by the name of their file without its ending. Each page
// is the frame with its own "content".
type views struct{ pages map[string]*template.Template }

func newViews() (*views, error) {
	shared := template.New("").Funcs(words())
	for _, name := range []string{"frame.html", "parts.html"} {
		text, err := fs.ReadFile(templateFiles, "templates/"+name)
		if err != nil {
			return nil, err
		}
		if _, err := shared.New(name).Parse(string(text)); err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
	}
	entries, err := fs.ReadDir(templateFiles, "templates")
	if err != nil {
		return nil, err
	}
	v := &views{pages: map[string]*template.Template{}}
	for _, entry := range entries {
		name := strings.TrimSuffix(path.Base(entry.Name()), ".html")
		if name == "frame" || name == "parts" {
			continue
		}
		text, err := fs.ReadFile(templateFiles, "templates/"+entry.Name())
		if err != nil {
			return nil, err
		}
		page, err := shared.Clone()
		if err != nil {
			return nil, err
		}
		if _, err := page.New(entry.Name()).Parse(string(text)); err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		v.pages[name] = page
	}
	return v, nil
}

// frame is what every page has around its content.
type frame struct {
	Title  string
	Active string // the part of the menu
	Head   desk.Head
	Token  string
	Sheet  string // address of the style sheet
	Signed bool   // there is a session to end
	Script bool   // a survey that survey-library's renderer draws
	Bare   bool   // no menu: the sign-in page
	View   any
}

// sections are the menu: the first part of a path and its part of the menu.
var sections = map[string]string{
	"": "dashboard", "customers": "customers", "segments": "segments", "loyalty": "loyalty", "cases": "cases",
	"surveys": "surveys", "merges": "merges", "imports": "imports", "privacy": "privacy",
}

// parts are pages whose part of the menu is not the first part of their path.
var parts = map[string]string{"loyalty": "loyalty", "newcase": "cases", "privacy": "privacy", "membership": "segments"}

// page renders a template as a whole before the first byte is written, so that a fault
// in it becomes an error page and not half a page.
func (s *Server) page(w http.ResponseWriter, r *http.Request, status int, name, title string, view any) error {
	held, err := s.session(w, r)
	if err != nil {
		return err
	}
	f := frame{Title: title, Token: s.keys.formToken(held), Sheet: s.sheet.path, Signed: held.signed, View: view}
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	f.Active = sections[first]
	if part, found := parts[name]; found {
		f.Active = part
	}
	if name == "signin" || name == "failure" {
		f.Bare = s.opts.Token != "" && !held.signed
	}
	if view, ok := view.(surveyView); ok {
		f.Script = view.Renderer
	}
	if !f.Bare {
		if f.Head, err = s.desk.Head(r.Context()); err != nil && name != "failure" {
			return err
		}
	}
	return s.render(w, status, name, f)
}

func (s *Server) render(w http.ResponseWriter, status int, name string, f frame) error {
	page, found := s.views.pages[name]
	if !found {
		return fmt.Errorf("web: no template %s", name)
	}
	var out bytes.Buffer
	if err := page.ExecuteTemplate(&out, "frame.html", f); err != nil {
		return fmt.Errorf("web: %w", err)
	}
	if f.Script {
		w.Header().Set("Content-Security-Policy", strings.Replace(policy, "style-src", "script-src 'self'; style-src", 1))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(out.Bytes()) //nolint:errcheck // the client is gone, and the log line has the status
	return nil
}

// failure is what the error page shows.
type failure struct {
	ID       string
	Status   int
	Name     string
	Text     string
	Problems []desk.Problem
	Back     string // a path of this server to go on from
}

// failPage shows a refusal. Where even that page cannot be made, plain text is written.
func (s *Server) failPage(w http.ResponseWriter, r *http.Request, id string, why refusal) {
	view := failure{ID: id, Status: why.status, Name: problemTitles[why.code], Text: why.text, Problems: why.problems, Back: "/"}
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if _, found := sections[first]; found {
		view.Back = "/" + first
	}
	if err := s.page(w, r, why.status, "failure", view.Name, view); err != nil {
		http.Error(w, why.text+" ("+id+")", why.status)
	}
}

func escapeQuery(text string) string { return url.QueryEscape(text) }
