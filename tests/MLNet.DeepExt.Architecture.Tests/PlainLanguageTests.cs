using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class PlainLanguageTests
{
    // Folders of src, with those within, whose comments are still to be rewritten: the list only shrinks.
    private static readonly string[] ToBeRewritten =
    [
        "src/MLNet.DeepExt.Neural/Primitives/",
        "src/MLNet.DeepExt.Onnx/Interop/",
        "src/MLNet.DeepExt/Catalog/",
        "src/MLNet.DeepExt/Data/",
        "src/MLNet.DeepExt/Distributions/",
        "src/MLNet.DeepExt/Evaluation/",
        "src/MLNet.DeepExt/Interop/",
        "src/MLNet.DeepExt/Search/",
        "src/MLNet.DeepExt/Selection/",
        "src/MLNet.DeepExt/Splits/",
        "src/MLNet.DeepExt/Statistics/",
        "src/MLNet.DeepExt/Tasks/",
        "src/MLNet.DeepExt/Trainers/",
        "src/MLNet.DeepExt/Transforms/",
    ];

    [Fact]
    public void Pages_use_no_word_that_is_not_plain_English() =>
        Rule.Holds(Repository.Pages().SelectMany(page => PlainLanguage.Violations(Repository.Relative(page), File.ReadAllText(page))));

    [Fact]
    public void Examples_use_no_word_that_is_not_plain_English() => Rule.Holds(InCode(Repository.ExampleFiles()));

    [Fact]
    public void Sources_use_no_word_that_is_not_plain_English() =>
        Rule.Holds(InCode(Repository.SourceFiles().Where(file =>
            !ToBeRewritten.Any(folder => Repository.Relative(file).StartsWith(folder, StringComparison.Ordinal)))));

    [Theory]
    [InlineData("The user\nwants to know more.", "page.md(2): 'wants to know'; say: requests, needs")]
    [InlineData("Nobody asks.", "page.md(1): 'Nobody'; say: no caller, no thread, none")]
    [InlineData("a layer of your\nown", "page.md(1): 'of your own'; say: custom, separate")]
    [InlineData("at the price of errors", "page.md(1): 'price'; say: penalty, cost")]
    [InlineData("the median price, a Price, ML.NET's own trainers, 75 memories, therefore", null)]
    public void Words_of_the_table_are_reported_with_what_to_say(string text, string? violation) =>
        Rule.Reports(PlainLanguage.Violations("page.md", text), violation is null ? [] : [violation]);

    [Theory]
    [InlineData("/// <summary>The same of\n/// doubles.</summary>", "A.cs(1): '<summary>The same'; say: the sentence again, or inheritdoc")]
    [InlineData("class A\n{\n    // A file\n    // of its own.\n}", "A.cs(4): 'of its own'; say: custom, separate")]
    [InlineData("// It comes\n// to 3, anew.", "A.cs(1): 'comes to'; say: is, equals, reaches|A.cs(2): 'anew'; say: again, in every epoch")]
    [InlineData("Throw($\"The sum {(a ? \"comes\" : \"is\")} 3, anew.\");", "A.cs(1): 'anew'; say: again, in every epoch")]
    [InlineData("int memo = focus(nobody); // a comment", null)]
    public void In_code_only_comments_and_strings_count(string code, string? violations) =>
        Rule.Reports(PlainLanguage.Violations("A.cs", PlainLanguage.Words(code)), violations?.Split('|') ?? []);

    private static IEnumerable<string> InCode(IEnumerable<string> files) =>
        files.SelectMany(file => PlainLanguage.Violations(Repository.Relative(file), PlainLanguage.Words(File.ReadAllText(file))));
}
