// A person on a chat platform, for tests: says what it reads on its standard input, and prints what it hears, in lines of JSON.
//
//	chat xmpp SERVER JID PASSWORD ROOM@MUC NICK CA_FILE
//	chat mumble SERVER NICK CHANNEL CA_FILE HOST
//	chat sshchat SERVER NICK
//
// In: {"say": "text"}, and on XMPP {"say": "text", "instead": "ID of what is edited"}.
// Out: {"event": "ready"}, {"event": "said", "id": …} and {"event": "heard", "from": …, "text": …, "id": …, "instead": …}.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

type request struct {
	Say     string `json:"say"`
	Instead string `json:"instead"`
}

type event struct {
	Event   string `json:"event"`
	From    string `json:"from,omitempty"`
	Text    string `json:"text,omitempty"`
	ID      string `json:"id,omitempty"`
	Instead string `json:"instead,omitempty"`
}

// speaker says something, and returns its ID where the platform has one.
type speaker func(request) (string, error)

var printing sync.Mutex

func print(what event) {
	printing.Lock()
	defer printing.Unlock()
	line, err := json.Marshal(what)
	if err != nil {
		fail(err)
	}
	fmt.Println(string(line))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func main() {
	connect := map[string]func([]string) (speaker, error){"xmpp": xmppClient, "mumble": mumbleClient, "sshchat": sshClient}[os.Args[1]]
	say, err := connect(os.Args[2:])
	if err != nil {
		fail(err)
	}
	print(event{Event: "ready"})
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fail(err)
		}
		id, err := say(asked)
		if err != nil {
			fail(err)
		}
		print(event{Event: "said", ID: id, Text: asked.Say})
	}
}

// trusting is a configuration that trusts one authority alone.
func trusting(file, server string) (*tls.Config, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(pem)
	return &tls.Config{RootCAs: authorities, ServerName: server}, nil
}
