import { describe, expect, test } from "vitest";
import { missing, testedSteps } from "./readme.ts";

const document = `# Title
<!-- tested -->
\`\`\`sh
kubectl get functions   # → NAME … URL
# a remark
cat <<EOF | kubectl apply -f -
kind: Function
EOF
# → function.kambda.dev/hello created
curl -s \\
  example.com
\`\`\`
\`\`\`sh
npm start
\`\`\`
`;

describe("a tested document", () => {
  test("gives its commands with what they must print, and where they stand", () => {
    expect(testedSteps(document)).toEqual([
      { command: "kubectl get functions", expected: ["NAME … URL"], line: 4 },
      {
        command: "cat <<EOF | kubectl apply -f -\nkind: Function\nEOF",
        expected: ["function.kambda.dev/hello created"],
        line: 6,
      },
      { command: "curl -s \\\n  example.com", expected: [], line: 10 },
    ]);
  });

  test("is content with output that holds what is expected in order, blanks aside", () => {
    expect(missing("NAME   STATE   URL\nhello", ["NAME … URL", "hello"])).toBeUndefined();
    expect(missing("hello\nNAME", ["NAME", "hello"])).toBe("hello");
  });
});
