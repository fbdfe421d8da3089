package explore_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"bsnn/reports/explore"

	"github.com/stretchr/testify/require"
)

const token = "SECRET"

func newServer(t *testing.T, l explore.Limits) *httptest.Server {
	t.Helper()
	h, err := explore.NewHandler(explore.New(l), token)
	require.NoError(t, err)
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, s *httptest.Server, path string, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	require.NoError(t, err)
	if change != nil {
		change(r)
	}
	reply, err := s.Client().Do(r)
	require.NoError(t, err)
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	require.NoError(t, err)
	return reply, string(body)
}

// The page comes with a policy that lets it load nothing from elsewhere, and asks for nothing.
func TestPage(t *testing.T) {
	t.Parallel()
	s := newServer(t, explore.ServerLimits())
	reply, body := get(t, s, "/"+token+"/", nil)
	require.Equal(t, http.StatusOK, reply.StatusCode)
	policy := reply.Header.Get("Content-Security-Policy")
	for _, part := range []string{
		"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "form-action 'none'",
	} {
		require.Contains(t, policy, part)
	}
	require.NotContains(t, policy, "unsafe")
	require.Equal(t, "no-referrer", reply.Header.Get("Referrer-Policy"))
	require.Contains(t, body, `<option value="gelu">`)
	for _, name := range []string{"explore.js", "form.js", "backend.js", "explore.css"} {
		reply, text := get(t, s, "/"+token+"/"+name, nil)
		require.Equal(t, http.StatusOK, reply.StatusCode, name)
		body += text
	}
	for _, elsewhere := range []string{"http://", "https://", "//cdn", "@import", "<style", "style=", "onclick"} {
		require.NotContains(t, strings.ReplaceAll(body, "http://www.w3.org/2000/svg", ""), elsewhere)
	}
}

// Whoever has not the secret, or comes from another page or by another name, gets nothing.
func TestRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t, explore.ServerLimits())
	const fine = "/" + token + "/answer?activation=relu"
	reply, _ := get(t, s, fine, nil)
	require.Equal(t, http.StatusOK, reply.StatusCode)
	for name, c := range map[string]struct {
		path   string
		change func(*http.Request)
		status int
	}{
		"another name":    {fine, func(r *http.Request) { r.Host = "evil.example:80" }, http.StatusForbidden},
		"a name like it":  {fine, func(r *http.Request) { r.Host = "localhost.evil.example" }, http.StatusForbidden},
		"another address": {fine, func(r *http.Request) { r.Host = "192.168.1.7" }, http.StatusForbidden},
		"no secret":       {"/answer?activation=relu", nil, http.StatusForbidden},
		"nothing":         {"/", nil, http.StatusForbidden},
		"a wrong secret":  {"/SECRES/answer?activation=relu", nil, http.StatusForbidden},
		"another page":    {fine, func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, http.StatusForbidden},
		"another port":    {fine, func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:1") }, http.StatusForbidden},
		"another site":    {fine, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden},
		"another way":     {fine, func(r *http.Request) { r.Method = http.MethodPost }, http.StatusMethodNotAllowed},
		"too much":        {"/" + token + "/answer?net=" + strings.Repeat("x", 17<<10), nil, http.StatusRequestEntityTooLarge},
		"no such file":    {"/" + token + "/handler.go", nil, http.StatusNotFound},
		"a bad report":    {"/" + token + "/report?activation=nonsense", nil, http.StatusBadRequest},
	} {
		reply, body := get(t, s, c.path, c.change)
		require.Equal(t, c.status, reply.StatusCode, name)
		require.NotContains(t, body, "headline", name)
	}
}

// A live run is a stream of events that ends with its connection: the place is free for another one then.
func TestStream(t *testing.T) {
	t.Parallel()
	s := newServer(t, explore.Limits{Entries: 1 << 28, Trials: 1000, Runs: 1})
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/"+token+"/run?activation=gelu&depth=2000&width=8192", nil)
	require.NoError(t, err)
	reply, err := s.Client().Do(r)
	require.NoError(t, err)
	require.Equal(t, "text/event-stream", reply.Header.Get("Content-Type"))
	first, err := bufio.NewReader(reply.Body).ReadString('\n')
	require.NoError(t, err)
	var e explore.Event
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(first, "data: ")), &e))
	require.Equal(t, 1000, e.Total)
	_, busy := get(t, s, "/"+token+"/run?activation=relu&depth=1&width=8", nil)
	require.Contains(t, busy, "other runs are under way")
	cancel()
	_ = reply.Body.Close()
	require.Eventually(t, func() bool {
		_, body := get(t, s, "/"+token+"/run?activation=relu&depth=1&width=8", nil)
		return strings.Contains(body, `"end":true`) && !strings.Contains(body, "under way")
	}, 30e9, 50e6)
}
