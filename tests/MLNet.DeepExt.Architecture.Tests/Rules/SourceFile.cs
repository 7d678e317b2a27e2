using System.Text.RegularExpressions;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>A C# file and the conventions on where it stands, what it is called and how long it is.</summary>
/// <param name="Path">Relative to the repository: <c>src/MLNet.DeepExt.Neural/Layers/Dense.cs</c>.</param>
/// <param name="Text">What is in it.</param>
internal sealed partial record SourceFile(string Path, string Text)
{
    private const int MostLines = 450;

    // Extension methods stand where a user of ML.NET finds them without another using directive.
    private static readonly Dictionary<string, string> NamespaceOfFolder = new()
    {
        ["src/MLNet.DeepExt/Catalog"] = "Microsoft.ML",
        ["src/MLNet.DeepExt.Onnx/Catalog"] = "Microsoft.ML",
    };

    /// <summary>Where it stands: <c>src/MLNet.DeepExt.Neural/Layers</c>.</summary>
    public string Folder => Path[..Path.LastIndexOf('/')];

    /// <summary>The namespaces that it declares.</summary>
    public IEnumerable<string> Namespaces => NamespacePattern().Matches(Text).Select(match => match.Groups["name"].Value);

    /// <summary>The namespaces that it may use without naming them, static and named directives left out.</summary>
    public IEnumerable<string> Usings => UsingPattern().Matches(Text).Select(match => match.Groups["name"].Value);

    /// <summary>The types that it declares, those inside of others left out.</summary>
    public IEnumerable<string> Types => TypePattern().Matches(Text).Select(match => match.Groups["name"].Value);

    private string Namespace => NamespaceOfFolder.GetValueOrDefault(Folder, Folder["src/".Length..].Replace('/', '.'));

    // The folder right below the project: MLNet.DeepExt.Evaluation. Sub-folders that only divide it keep its namespace.
    private string Room => string.Join('.', Path.Split('/').SkipLast(1).Skip(1).Take(2));

    // One type over several files: Gemm.cs, Gemm.Float.cs.
    private string Name => System.IO.Path.GetFileName(Path).Split('.')[0];

    /// <summary>Every file of <c>src</c>.</summary>
    public static IEnumerable<SourceFile> All() =>
        Repository.SourceFiles().Select(path => new SourceFile(Repository.Relative(path), File.ReadAllText(path)));

    /// <summary>Lists what is wrong with the file.</summary>
    public IEnumerable<string> Violations()
    {
        string[] lines = Text.TrimEnd('\n').Split('\n');
        if (lines.Length > MostLines)
            yield return $"{Path} has {lines.Length} lines; split it, {MostLines} are the limit";

        string[] namespaces = [.. Namespaces];
        string[] types = [.. Types];
        if (types.Length == 0 && namespaces.Length == 0)
            yield break; // assembly attributes or global usings
        if (namespaces is not [var single] || !MayBe(single))
            yield return $"{Path} declares namespace {string.Join(", ", namespaces)}; its folder says {Namespace}";
        if (!types.Contains(Name))
            yield return $"{Path} declares {string.Join(", ", types)}; name it for what it declares";
    }

    private bool MayBe(string scope) => scope == Namespace
        || ($"{Namespace}.".StartsWith($"{scope}.", StringComparison.Ordinal) && $"{scope}.".StartsWith($"{Room}.", StringComparison.Ordinal));

    [GeneratedRegex(@"^[ \t]*namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespacePattern();

    [GeneratedRegex(@"^using\s+(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingPattern();

    // With file-scoped namespaces, which the formatter asks for, a type that is not nested begins in the first column.
    [GeneratedRegex(
        """
        ^(?:(?:public|internal|file|static|abstract|sealed|partial|readonly|ref|unsafe)\s+)*
        (?:(?:record\s+)?(?:class|struct)|record|interface|enum|delegate\s+[^(;]*?)\s+
        (?<name>\w+)\s*[<(:{;\r\n]
        """,
        RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex TypePattern();
}
