// A mail server that keeps what it is given (RFC 5321), for programs that send mail.

import { once } from "node:events";
import { createServer } from "node:net";

// receive listens on a port of this machine. letters are those to an address, in order,
// as texts.
export async function receive() {
	const kept = [];
	const server = createServer((socket) => {
		socket.setEncoding("utf8");
		socket.on("error", () => {});
		let waiting = "", letter;
		const answer = (line) => socket.write(`${line}\r\n`);
		const begin = () => (letter = { to: [], lines: undefined });
		begin();
		answer("220 sink.test ESMTP");
		socket.on("data", (text) => {
			waiting += text;
			for (let end; (end = waiting.indexOf("\r\n")) >= 0;) {
				take(waiting.slice(0, end));
				waiting = waiting.slice(end + 2);
			}
		});
		function take(line) {
			if (letter.lines) {
				if (line !== ".") return letter.lines.push(line.replace(/^\./, ""));
				kept.push({ to: letter.to, text: plain(letter.lines) });
				begin();
				return answer("250 kept");
			}
			const verb = line.slice(0, 4).toUpperCase();
			if (verb === "RCPT") letter.to.push(line.match(/<([^>]*)>/)?.[1]);
			if (verb === "RSET") begin();
			if (verb === "DATA") {
				letter.lines = [];
				return answer("354 go on");
			}
			answer(verb === "QUIT" ? "221 bye" : "250 yes");
			if (verb === "QUIT") socket.end();
		}
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	return {
		url: `smtp://127.0.0.1:${server.address().port}`,
		letters: (address) => kept.filter((letter) => letter.to.includes(address)).map((letter) => letter.text),
		close: () => server.close(),
	};
}

// plain undoes quoted-printable (RFC 2045 section 6.7), which both parts are in.
function plain(lines) {
	const joined = lines.join("\n").replace(/=\n/g, "");
	return Buffer.from(joined.replace(/=([0-9A-F]{2})/g, (_, digits) => String.fromCharCode(parseInt(digits, 16))), "latin1").toString("utf8");
}
