package web

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"time"
)

// renderer holds the files of survey-library that a survey page loads. They are read
// once, so that nothing else of the directory can be reached.
type renderer struct{ files map[string][]byte }

// rendererFiles are the files that are served, by where the npm packages keep them. The
// sheet is the one without fonts, which would be fetched from elsewhere.
var rendererFiles = map[string]struct{ path, kind string }{
	"survey.core.js":  {"survey-core/survey.core.min.js", "text/javascript; charset=utf-8"},
	"survey-js-ui.js": {"survey-js-ui/survey-js-ui.min.js", "text/javascript; charset=utf-8"},
	"survey-core.css": {"survey-core/survey-core.fontless.min.css", "text/css; charset=utf-8"},
}

const maxRendererFile = 8 << 20

// newRenderer reads the files; nil where there is no directory.
func newRenderer(dir fs.FS) (*renderer, error) {
	if dir == nil {
		return nil, nil //nolint:nilnil // no renderer is an answer
	}
	out := &renderer{files: map[string][]byte{}}
	for name, file := range rendererFiles {
		info, err := fs.Stat(dir, file.path)
		if err != nil {
			return nil, fmt.Errorf("web: the survey renderer: %w", err)
		}
		if info.Size() > maxRendererFile {
			return nil, fmt.Errorf("web: the survey renderer: %s has %d bytes", file.path, info.Size())
		}
		if out.files[name], err = fs.ReadFile(dir, file.path); err != nil {
			return nil, fmt.Errorf("web: the survey renderer: %w", err)
		}
	}
	return out, nil
}

// rendererFile serves one of the files.
func (s *Server) rendererFile(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("file")
	body, found := s.renderer.files[name]
	if !found {
		return refusal{status: http.StatusNotFound, code: "not-found", text: "There is no such file."}
	}
	w.Header().Set("Content-Type", rendererFiles[name].kind)
	w.Header().Set("Cache-Control", "private, max-age=3600")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	return nil
}
