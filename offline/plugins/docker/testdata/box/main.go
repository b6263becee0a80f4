// Box is all that the test image has in it.
package main

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	switch os.Args[1] {
	case "wait": // until told to stop
		fmt.Println("waiting; token=hunter2hunter2")
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
		<-stop
	case "fail":
		fmt.Println("going to fail")
		os.Exit(3)
	case "exists":
		if _, err := os.Stat(os.Args[2]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	case "show": // owner, permissions and content of files
		for _, path := range os.Args[2:] {
			show(path)
		}
	}
}

func show(path string) {
	info, err := os.Stat(path)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	file, err := os.Open(filepath.Clean(path))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	content, _ := io.ReadAll(file)
	owner := info.Sys().(*syscall.Stat_t)
	fmt.Printf("%s %d:%d %04o %s\n", path, owner.Uid, owner.Gid, info.Mode().Perm(), content)
}
