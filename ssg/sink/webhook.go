// A webhook of the operator's.

package sink

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/config"
)

// webhook is a Purger that posts what changed to an address, signed as Standard
// Webhooks has it (standardwebhooks.com).
type webhook struct {
	client  *http.Client
	address string
	key     []byte
}

// NewWebhook makes a Purger that posts
//
//	{"generation": 12, "urls": ["https://…"], "everything": false}
//
// with the headers webhook-id, webhook-timestamp (Unix seconds) and
// webhook-signature: "v1," and the HMAC-SHA256, in base64, of id, timestamp and
// body with dots between. The key is the secret, decoded from base64 where it
// begins with "whsec_". The id is the same when the same is posted again. Every
// 2xx is success; anything else, redirects too, is an error.
func NewWebhook(address string, secret config.Secret) Purger {
	key := []byte(secret.Reveal())
	if text, encoded := strings.CutPrefix(secret.Reveal(), "whsec_"); encoded {
		if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
			key = raw
		}
	}
	return &webhook{newClient(), address, key}
}

// String names the host: a path may hold somebody's token.
func (w *webhook) String() string {
	if u, err := url.Parse(w.address); err == nil {
		return "webhook at " + u.Host
	}
	return "webhook"
}

func (w *webhook) closeIdle() { w.client.CloseIdleConnections() }

// Purge implements Purger.
func (w *webhook) Purge(ctx context.Context, p Purge) error {
	if p.none() {
		return nil
	}
	message := struct {
		Generation int64    `json:"generation"`
		URLs       []string `json:"urls"`
		Everything bool     `json:"everything"`
	}{p.Generation, p.URLs, p.everything()}
	if message.Everything {
		message.URLs = []string{}
	}
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	id, at := "purge_"+hex.EncodeToString(sum[:16]), strconv.FormatInt(time.Now().Unix(), 10)
	header := http.Header{}
	header.Set("Webhook-Id", id)
	header.Set("Webhook-Timestamp", at)
	header.Set("Webhook-Signature", "v1,"+sign(w.key, id, at, body))
	status, _, err := post(ctx, w.client, w.address, body, header)
	if err == nil && (status < 200 || status > 299) {
		err = fmt.Errorf("it answers %d", status)
	}
	return err
}

func sign(key []byte, id, at string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + at + "."))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
