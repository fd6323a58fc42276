// One keep-alive HTTP connection, as cheap as a client can be: what the load
// generator spends is taken from the servers it measures.

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// patience is how long one answer may take before a part fails.
const patience = 30 * time.Second

// wire is a connection to one server. It is for one goroutine.
type wire struct {
	conn   net.Conn
	reader *bufio.Reader
}

func dial(addr string) (*wire, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &wire{conn, bufio.NewReaderSize(conn, 64<<10)}, nil
}

func (w *wire) close() { w.conn.Close() }

// send writes a request as it stands and reads the answer. A nil into throws
// the body away; size is its length either way.
func (w *wire) send(request []byte, into *bytes.Buffer) (header *http.Response, size int64, err error) {
	if err := w.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, 0, err
	}
	if _, err := w.conn.Write(request); err != nil {
		return nil, 0, err
	}
	res, err := http.ReadResponse(w.reader, nil)
	if err != nil {
		return nil, 0, err
	}
	var to io.Writer = io.Discard
	if into != nil {
		into.Reset()
		to = into
	}
	size, err = io.Copy(to, res.Body)
	return res, size, err
}

// message is a request as bytes. A nil body is none; token may be empty.
func message(method, host, path, token string, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\n", method, path, host)
	if token != "" {
		b.WriteString("Authorization: Bearer " + token + "\r\n")
	}
	if body != nil {
		b.WriteString("Content-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n")
	} else if method != http.MethodGet {
		b.WriteString("Content-Length: 0\r\n")
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}
