package explore

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path"
	"strings"

	"bsnn/internal/parallel"
)

// NewToken is the secret part of the addresses of a page: 128 random bits.
func NewToken() string { return rand.Text() }

// handler serves the page to one person on this machine.
type handler struct {
	explorer *Explorer
	token    string
	files    map[string][]byte
	mux      *http.ServeMux
}

// securityPolicy lets the page load nothing but what this server has, and nobody frame it.
const securityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// NewHandler is the page and its answers, below /token/. It answers requests to a loopback address alone, so that no other site
// reaches it by a name that leads to this machine, with the token alone, and to no other page: whoever cannot read the address has
// nothing of it. A live run ends when the connection that asked for it does.
func NewHandler(e *Explorer, token string) (http.Handler, error) {
	files, err := Files(Server)
	if err != nil {
		return nil, err
	}
	h := &handler{explorer: e, token: token, files: files, mux: http.NewServeMux()}
	h.mux.HandleFunc("GET /answer", h.answer(Estimated))
	h.mux.HandleFunc("GET /proof", h.answer(Proven))
	h.mux.HandleFunc("GET /run", h.run)
	h.mux.HandleFunc("GET /report", h.report)
	h.mux.HandleFunc("GET /alive", func(http.ResponseWriter, *http.Request) {})
	h.mux.HandleFunc("GET /", h.file)
	return h, nil
}

// ServeHTTP refuses what is not for the page.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Content-Security-Policy", securityPolicy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	head.Set("Cache-Control", "no-store")
	token, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case !loopback(r.Host):
		http.Error(w, "this page is for this machine alone", http.StatusForbidden)
	case !sameSite(r):
		http.Error(w, "this page answers no other page", http.StatusForbidden)
	case subtle.ConstantTimeCompare([]byte(token), []byte(h.token)) != 1:
		http.Error(w, "want the address that bsnn explore printed", http.StatusForbidden)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		http.Error(w, "want GET", http.StatusMethodNotAllowed)
	case len(r.URL.RawQuery) > mostQuery || r.ContentLength > 0:
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
	default:
		defer func() {
			if fault := parallel.Caught(recover()); fault != nil {
				http.Error(w, "a fault of the program: "+fault.String(), http.StatusInternalServerError)
			}
		}()
		below := r.Clone(r.Context())
		below.URL.Path, below.URL.RawPath = "/"+rest, ""
		h.mux.ServeHTTP(w, below)
	}
}

// loopback says whether a Host header names this machine by a name that no name server is asked about.
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// sameSite says whether a request comes from the page itself, or from somebody who typed its address.
func sameSite(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" && origin != "http://"+r.Host {
		return false
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "" || site == "same-origin" || site == "none"
}

// contentTypes are those of the files of the page; what the system says of them is not asked.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
}

// file is one of the page.
func (h *handler) file(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	data, found := h.files[name]
	if !found {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", contentTypes[path.Ext(name)])
	_, _ = w.Write(data) // whoever asked is gone otherwise
}

// answer gives answers of a stage.
func (h *handler) answer(stage Stage) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		data, err := h.explorer.AnswerJSON(r.Context(), r.URL.RawQuery, stage)
		if err != nil {
			fail(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(data)
	}
}

// report is a file to keep.
func (h *handler) report(w http.ResponseWriter, r *http.Request) {
	q, err := ParseQuery(r.URL.RawQuery)
	if err == nil {
		var data []byte
		if data, err = h.explorer.Report(r.Context(), q); err == nil {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", ReportName))
			_, _ = w.Write(data)
			return
		}
	}
	fail(w, err)
}

// fail says what went wrong in plain words.
func fail(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	var (
		problem *Problem
		busy    *BusyError
	)
	switch {
	case errors.As(err, &problem):
		status = http.StatusBadRequest
	case errors.As(err, &busy):
		status = http.StatusServiceUnavailable
	}
	http.Error(w, err.Error(), status)
}

// run streams the events of a live run.
func (h *handler) run(w http.ResponseWriter, r *http.Request) {
	stream := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	tell := func(e Event) error {
		data, err := encode(e)
		if err == nil {
			_, err = fmt.Fprintf(w, "data: %s\n\n", data)
		}
		if err == nil {
			err = stream.Flush()
		}
		return err
	}
	q, err := ParseQuery(r.URL.RawQuery)
	if err == nil {
		err = h.explorer.Run(r.Context(), q, tell)
	}
	if err != nil && r.Context().Err() == nil {
		_ = tell(Event{Problem: problemOf(err), End: true})
	}
}

// AnswerJSON answers the query of a link as JSON; a link that cannot be read is a problem like any other.
func (e *Explorer) AnswerJSON(ctx context.Context, link string, stage Stage) ([]byte, error) {
	q, err := ParseQuery(link)
	if err != nil {
		return encode(Answer{Problem: problemOf(err)})
	}
	a, err := e.Answer(ctx, q, stage)
	if err != nil {
		return nil, err
	}
	return encode(a)
}

// encode writes JSON on one line.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	j := json.NewEncoder(&b)
	j.SetEscapeHTML(false)
	err := j.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}
