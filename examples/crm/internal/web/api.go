package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

//go:embed openapi.json
var apiDocument []byte

// operation is one request of the API with the types that its document describes.
type operation struct {
	method, path string
	request      reflect.Type // of the body; nil for none
	omit         []string     // fields of the request that the path or a header has
	response     reflect.Type // nil for a file
	keyed        bool         // asks for an Idempotency-Key
	body         int64
	serve        answer
}

// List is a list that comes as a whole.
type List[T any] struct {
	// Items are all of it, in the order of the application.
	Items []T `json:"items"`
}

// read is an operation that writes nothing.
func read[T any](path string, get func(ctx context.Context, r *http.Request) (T, error)) operation {
	return operation{method: http.MethodGet, path: path, response: reflect.TypeFor[T](), serve: func(w http.ResponseWriter, r *http.Request) error {
		out, err := get(r.Context(), r)
		if err != nil {
			return err
		}
		return sendJSON(w, r, out)
	}}
}

// list is an operation that reads a list as a whole.
func list[T any](path string, get func(ctx context.Context) ([]T, error)) operation {
	return read(path, func(ctx context.Context, _ *http.Request) (List[T], error) {
		items, err := get(ctx)
		return List[T]{Items: items}, err
	})
}

// write is an operation with a body and a key. fill puts in what the path has; omit are
// the fields that it fills.
func write[C, R any](path string, omit []string, fill func(c *C, r *http.Request, key string), run func(ctx context.Context, c C) (R, error)) operation {
	op := operation{method: http.MethodPost, path: path, request: reflect.TypeFor[C](), omit: omit, response: reflect.TypeFor[R](), keyed: true}
	op.serve = func(w http.ResponseWriter, r *http.Request) error {
		key, err := idempotencyKey(r)
		if err != nil {
			return err
		}
		return serveCommand(w, r, op, key, fill, run)
	}
	return op
}

// try is an operation with a body that writes nothing, and so has no key.
func try[C, R any](path string, omit []string, fill func(c *C, r *http.Request, key string), run func(ctx context.Context, c C) (R, error)) operation {
	op := operation{method: http.MethodPost, path: path, request: reflect.TypeFor[C](), omit: omit, response: reflect.TypeFor[R]()}
	op.serve = func(w http.ResponseWriter, r *http.Request) error { return serveCommand(w, r, op, "", fill, run) }
	return op
}

func serveCommand[C, R any](w http.ResponseWriter, r *http.Request, op operation, key string, fill func(c *C, r *http.Request, key string), run func(ctx context.Context, c C) (R, error)) error {
	var c C
	if err := readBody(r, &c, op.omit...); err != nil {
		return err
	}
	fill(&c, r, key)
	out, err := run(r.Context(), c)
	if err != nil {
		return err
	}
	return sendJSON(w, r, out)
}

// idempotencyKey reads the header of that name, as a plain text or in the quotes of a
// structured field (draft-ietf-httpapi-idempotency-key-header).
func idempotencyKey(r *http.Request) (string, error) {
	key := r.Header.Get("Idempotency-Key")
	if len(key) >= 2 && strings.HasPrefix(key, `"`) && strings.HasSuffix(key, `"`) {
		key = key[1 : len(key)-1]
	}
	if !isKey(key) {
		return "", refusal{status: http.StatusBadRequest, code: "key-missing", text: "Send an Idempotency-Key of 1 to 128 visible ASCII characters. The same key again has no second effect."}
	}
	return key, nil
}

// sendJSON writes a value with its entity tag; who has it already gets 304.
func sendJSON(w http.ResponseWriter, r *http.Request, value any) error {
	copied := reflect.New(reflect.TypeOf(value)).Elem()
	copied.Set(reflect.ValueOf(value))
	emptyLists(copied)
	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(copied.Interface()); err != nil {
		return fmt.Errorf("web: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		sum := sha256.Sum256(buf.Bytes())
		tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "private, no-cache")
		if hasTag(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	w.Write(buf.Bytes()) //nolint:errcheck // the client is gone, and the log line has the status
	return nil
}

// hasTag looks for a tag in a list of them (RFC 9110, section 13.1.2: weak comparison).
func hasTag(list, tag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == tag || one == "*" {
			return true
		}
	}
	return false
}

// emptyLists makes every nil list an empty one, so that a list is always a list.
func emptyLists(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() && v.CanSet() && v.Type().Elem().Kind() != reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		if kind := v.Type().Elem().Kind(); kind == reflect.Struct || kind == reflect.Slice {
			for i := range v.Len() {
				emptyLists(v.Index(i))
			}
		}
	case reflect.Struct:
		if v.Type().PkgPath() == "time" {
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				emptyLists(v.Field(i))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			emptyLists(v.Elem())
		}
	}
}

// limit reads the size of a page from the query; a wrong one is a fault and no default.
func limit(r *http.Request) (int, error) {
	text := r.URL.Query().Get("limit")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 200 {
		return 0, &desk.ProblemError{Kind: desk.ErrInvalid, Problems: []desk.Problem{{Code: "limit", Message: "limit is a whole number from 1 to 200."}}}
	}
	return n, nil
}

// apiRoutes are the operations as routes, and the document that describes them.
func (s *Server) apiRoutes() []route {
	var out []route
	for _, op := range s.operations() {
		out = append(out, route{method: op.method, path: "/api/v1" + op.path, body: op.body, serve: op.serve})
	}
	return append(out,
		route{method: http.MethodGet, path: "/api/v1/openapi.json", access: open, serve: s.document},
		route{method: http.MethodGet, path: "/api/v1/problems/{problem}", access: open, serve: s.problemType},
	)
}

// document serves the description of the API.
func (s *Server) document(w http.ResponseWriter, r *http.Request) error {
	return sendJSON(w, r, json.RawMessage(apiDocument))
}

// problemType says what a type of problem means.
func (s *Server) problemType(w http.ResponseWriter, r *http.Request) error {
	code := r.PathValue("problem")
	title, found := problemTitles[code]
	if !found {
		return refusal{status: http.StatusNotFound, code: "not-found", text: "There is no such type of problem."}
	}
	return sendJSON(w, r, struct {
		Type  string `json:"type"`
		Title string `json:"title"`
	}{"/api/v1/problems/" + code, title})
}
