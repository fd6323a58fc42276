package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/problem"
)

// TestRefusalsRepeatNothing sends the canary wherever a client's text can be.
// No answer and no log line may hold it, however the request is refused.
func TestRefusalsRepeatNothing(t *testing.T) {
	const valid = `{"variety":"leek","grams":1}`
	body := func(text string) string { return strings.ReplaceAll(text, "#", canary) }
	form, formType := pictureForm(t, "image/png", 100, canary)
	text, textType := pictureForm(t, "text/"+canary, 100, "x")
	big, bigType := pictureForm(t, "image/png", 5000, "x")
	tests := []struct {
		name, method, url, body string
		header                  []string
		status                  int
		fields                  []string // locations in the answer
	}{
		{"wrong types", "POST", "/v1/seeds", body(`{"variety":["#"],"grams":"#"}`), nil, 422, []string{"body.grams", "body.variety"}},
		{"too long", "POST", "/v1/seeds", body(`{"variety":"####","grams":1}`), nil, 422, []string{"body.variety"}},
		{"unknown property", "POST", "/v1/seeds", body(`{"variety":"a","grams":1,"#":"#"}`), nil, 422, []string{"body"}},
		{"unknown nested property", "POST", "/v1/seeds", body(`{"variety":"a","grams":1,"rows":[{"length":1},{"length":1,"#":1}]}`), nil, 422, []string{"body.rows[1]"}},
		{"property with a dot", "POST", "/v1/seeds", body(`{"variety":"a","grams":1,"#.#[0].#":1}`), nil, 422, []string{"body"}},
		{"map key", "POST", "/v1/seeds", body(`{"variety":"a","grams":1,"counts":{"#":"#"}}`), nil, 422, []string{"body.counts"}},
		{"enum", "POST", "/v1/seeds", body(`{"variety":"a","grams":1,"kind":"#"}`), nil, 422, []string{"body.kind"}},
		{"mail", "POST", "/v1/seeds", body(`{"variety":"a","grams":1,"mail":"#"}`), nil, 422, []string{"body.mail"}},
		{"address", "POST", "/v1/seeds", body(`{"variety":"a","grams":1,"site":"http://[#"}`), nil, 422, []string{"body.site"}},
		{"another case", "POST", "/v1/seeds", body(`{"Variety":"#","grams":1}`), nil, 422, []string{"body", "body"}},
		{"no JSON", "POST", "/v1/seeds", canary, nil, 400, nil},
		{"truncated JSON", "POST", "/v1/seeds", body(`{"variety":"#`), nil, 400, nil},
		{"two documents", "POST", "/v1/seeds", body(valid + `"#"`), nil, 400, nil},
		{"not UTF-8", "POST", "/v1/seeds", body("{\"variety\":\"#\xff\",\"grams\":1}"), nil, 400, nil},
		{"a NUL", "POST", "/v1/seeds", body(`{"variety":"#\u0000","grams":1}`), nil, 400, nil},
		{"no NUL", "POST", "/v1/seeds", `{"variety":"a\\u0000","grams":1}`, nil, 201, nil},
		{"too deep", "POST", "/v1/seeds", strings.Repeat(`{"rows":[`, 10_000) + canary, nil, 400, nil},
		{"deep", "POST", "/v1/seeds", `{"` + canary + `":` + strings.Repeat(`[`, 9_000) + strings.Repeat(`]`, 9_000) + `}`, nil, 422, []string{"body", "body", "body"}},
		{"a number out of range", "POST", "/v1/seeds", `{"variety":"a","grams":1e400}`, nil, 400, nil},
		{"a number too big", "POST", "/v1/seeds", `{"variety":"a","grams":1e300}`, nil, 422, []string{"body"}},
		{"a megabyte too much", "POST", "/v1/seeds", body(`{"variety":"#`) + strings.Repeat("a", 1<<20) + `"}`, nil, 413, nil},
		{"many faults", "POST", "/v1/seeds", `{"variety":"a","grams":1,"rows":[` + strings.Repeat(`{},`, 50_000) + `{}]}`, nil, 422, nil},
		{"no body", "POST", "/v1/seeds", "", nil, 400, nil},
		{"another media type", "POST", "/v1/seeds", valid, []string{"Content-Type", "text/" + canary}, 415, nil},
		{"a media type that is none", "POST", "/v1/seeds", valid, []string{"Content-Type", canary + ";+"}, 415, nil},
		{"query value", "GET", "/v1/seeds/leek?limit=" + canary, "", nil, 422, []string{"query.limit"}},
		{"query date", "GET", "/v1/seeds/leek?when=" + canary, "", nil, 422, []string{"query.when"}},
		{"query name", "GET", "/v1/seeds/leek?" + canary + "=" + canary, "", nil, 422, []string{"query"}},
		{"query that is not encoded", "GET", "/v1/seeds/leek?limit=%zz" + canary, "", nil, 400, nil},
		{"query with a NUL", "GET", "/v1/seeds/leek?limit=%00" + canary, "", nil, 400, nil},
		{"path", "GET", "/v1/seeds/" + canary, "", nil, 422, []string{"path.seed"}},
		{"path that is not UTF-8", "GET", "/v1/seeds/%ff" + canary, "", nil, 400, nil},
		{"no such operation", "GET", "/v1/" + canary, "", nil, 404, nil},
		{"no such page", "GET", "/" + canary, "", nil, 404, nil},
		{"another method", canary, "/v1/seeds", "", nil, 405, nil},
		{"If-Match", "PUT", "/v1/old/leek", valid, []string{"If-Match", `"` + canary + `"`}, 412, nil},
		{"If-None-Match", "PUT", "/v1/old/leek", valid, []string{"If-None-Match", `"v1"`}, 412, nil},
		{"If-Modified-Since", "GET", "/v1/old/leek", "", []string{"If-Modified-Since", canary}, 422, []string{"header.If-Modified-Since"}},
		{"request id", "GET", "/v1/seeds/missing", "", []string{"X-Request-Id", canary}, 404, nil},
		{"user agent and the like", "GET", "/v1/seeds/missing", "", []string{"User-Agent", canary, "Referer", canary, "Cookie", canary, "Authorization", "Bearer " + canary, "X-Forwarded-For", canary}, 404, nil},
		{"form field", "POST", "/v1/seeds/picture", form, []string{"Content-Type", formType}, 422, []string{"body.alt"}},
		{"file of another type", "POST", "/v1/seeds/picture", text, []string{"Content-Type", textType}, 422, []string{"body.picture"}},
		{"form that is none", "POST", "/v1/seeds/picture", canary, []string{"Content-Type", "multipart/form-data; boundary=" + canary}, 422, []string{"body"}},
		{"form of JSON", "POST", "/v1/seeds/picture", canary, nil, 422, []string{"body"}},
		{"form too large", "POST", "/v1/seeds/picture", big, []string{"Content-Type", bigType}, 413, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, out := toy(t)
			res := ask(h, tt.method, tt.url, tt.body, tt.header...)
			answer := read(t, res)
			if res.StatusCode != tt.status {
				t.Fatalf("status = %d, want %d\n%s", res.StatusCode, tt.status, answer)
			}
			if all := fmt.Sprint(res.Header) + answer; strings.Contains(all, canary) {
				t.Errorf("the answer repeats it: %s", all)
			}
			if strings.Contains(out.String(), canary) {
				t.Errorf("the log repeats it: %s", out)
			}
			if len(answer) > 4096 {
				t.Errorf("the answer has %d bytes", len(answer))
			}
			if tt.status < 400 {
				return
			}
			if got := res.Header.Get("Content-Type"); got != problem.MediaType {
				t.Errorf("Content-Type = %q, want %q", got, problem.MediaType)
			}
			var d problem.Details
			if err := json.Unmarshal([]byte(answer), &d); err != nil {
				t.Fatalf("%v: %s", err, answer)
			}
			if d.Status != tt.status || d.Code == "" {
				t.Errorf("the document says %d %q", d.Status, d.Code)
			}
			var locations []string
			for _, f := range d.Errors {
				locations = append(locations, f.Location)
			}
			if tt.fields != nil && !slices.Equal(locations, tt.fields) {
				t.Errorf("fields = %q, want %q", locations, tt.fields)
			}
			for _, fault := range apitest.Open(t, h).Check(tt.method, tt.url, res, []byte(answer)) {
				t.Error(fault)
			}
		})
	}
}

// TestFaultsOfOurs: an error that no service explained is a bare 500 with the
// request's name, and its text is in the log once.
func TestFaultsOfOurs(t *testing.T) {
	h, out := toy(t)
	res := ask(h, "GET", "/v1/faults/unknown", "")
	answer := read(t, res)
	want := `{"type":"/problems/internal","title":"Internal Server Error","status":500,"instance":"urn:request:` +
		res.Header.Get("X-Request-Id") + `","code":"internal"}` + "\n"
	if res.StatusCode != 500 || answer != want {
		t.Errorf("answer = %d %s, want %s", res.StatusCode, answer, want)
	}
	if n := strings.Count(out.String(), "pq: "+canary); n != 1 {
		t.Errorf("the log has the error %d times, want once: %s", n, out)
	}
	if n := strings.Count(out.String(), res.Header.Get("X-Request-Id")); n != 2 {
		t.Errorf("%d log lines name the request, want the fault and the access line: %s", n, out)
	}
}

// TestWrappedProblem: what a service decided survives being wrapped.
func TestWrappedProblem(t *testing.T) {
	h, out := toy(t)
	res := ask(h, "GET", "/v1/faults/wrapped", "")
	if res.StatusCode != http.StatusConflict || res.Header.Get("Retry-After") != "1" {
		t.Errorf("answer = %d, Retry-After %q; want 409 and 1", res.StatusCode, res.Header.Get("Retry-After"))
	}
	if strings.Contains(out.String(), "request failed") {
		t.Errorf("a refusal is logged as a fault: %s", out)
	}
}

// pictureForm is an upload with a file of size bytes and a text beside it.
func pictureForm(t *testing.T, media string, size int, alt string) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="picture"; filename="` + canary + `.png"`},
		"Content-Type":        {media},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, size)...)); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteField("alt", alt); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}
