using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class SpecStatusTests
{
    private const string Page =
        """
        | row | what | state | where | tests |
        |---|---|---|---|---|
        | A1 | activations | done | Layers | `ActivationTests` |
        | A13b | cost check | not yet | Training | |
        | B1 | normalization | not yet | | `ScalingTests` |
        """;

    private static readonly (string Path, string Text) Activations = (
        "tests/ActivationTests.cs",
        "[Trait(\"Spec\", \"A1\")]\npublic sealed class ActivationTests\n{\n    [Fact]\n    public void It_works() { }\n}\n");

    private static readonly (string Path, string Text) Scaling = (
        "tests/ScalingTests.cs",
        "public sealed class ScalingTests\n{\n    [Theory, InlineData(1), Trait(\"Spec\", \"B1\")]\n"
        + "    public void It_works(int x) { }\n}\n");

    [Fact]
    public void What_the_page_says_is_done_has_tests_and_tests_carry_rows_of_the_page() => Rule.Holds(SpecStatus.Violations(
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "SPEC-STATUS.md")),
        [.. Repository.TestFiles().Select(path => (Repository.Relative(path), File.ReadAllText(path)))]));

    [Fact]
    public void A_true_page_passes() => Rule.Holds(SpecStatus.Violations(Page, [Activations, Scaling]));

    [Fact]
    public void A_row_that_is_done_without_a_test_is_reported() => Rule.Reports(
        SpecStatus.Violations(
            Page,
            [
                Scaling,
                ("tests/ActivationTests.cs",
                 "// [Trait(\"Spec\", \"A1\")]\npublic sealed class ActivationTests\n{\n    [Fact]\n    public void It_works() { }\n}\n"),
                ("tests/Support.cs", "[Trait(\"Spec\", \"A1\")]\npublic sealed class Support;\n"),
            ]),
        "tests/Support.cs carries the row A1 but has no test",
        "docs/SPEC-STATUS.md: A1 is done, but no test carries [Trait(\"Spec\", \"A1\")]",
        "docs/SPEC-STATUS.md: A1 names ActivationTests, which is no class of tests that carries [Trait(\"Spec\", \"A1\")]");

    [Fact]
    public void A_trait_that_names_no_row_is_reported() => Rule.Reports(
        SpecStatus.Violations(
            Page, [Activations, Scaling, ("tests/OtherTests.cs", Activations.Text.Replace("A1", "A13", StringComparison.Ordinal))]),
        "tests/OtherTests.cs carries the row A13, which docs/SPEC-STATUS.md does not have");

    [Fact]
    public void A_page_that_contradicts_itself_is_reported()
    {
        Rule.Reports(
            SpecStatus.Violations(Page + "\n| A1 | again | partly | | |", [Activations, Scaling]),
            "docs/SPEC-STATUS.md has 2 rows A1",
            "docs/SPEC-STATUS.md: the state of A1 is 'partly'; it is either 'done' or 'not yet'");
        Rule.Reports(SpecStatus.Violations("# Nothing", []), "docs/SPEC-STATUS.md has no rows");
    }
}
