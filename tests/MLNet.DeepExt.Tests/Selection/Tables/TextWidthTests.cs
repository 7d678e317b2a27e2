using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Tests.Selection;

[Trait("Spec", "C3")]
public sealed class TextWidthTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("accuracy", 8)]
    [InlineData("großer Überhang", 15)]
    [InlineData("東京", 4)]
    [InlineData("한국", 4)]
    [InlineData("e\u0301te\u0301", 3)]
    [InlineData("🚀 go", 5)]
    public void A_text_is_as_wide_as_a_terminal_shows_it(string text, int width)
    {
        Assert.Equal(width, TextWidth.Of(text));
        Assert.Equal(20, TextWidth.Of(TextWidth.PadLeft(text, 20)));
        Assert.Equal(20, TextWidth.Of(TextWidth.PadRight(text, 20)));
    }

    [Fact]
    public void A_text_is_broken_at_spaces_and_a_word_where_it_is_too_long()
    {
        Assert.Equal(["it is"], TextWidth.Wrap("it is", 5));
        Assert.Equal(["it", "is"], TextWidth.Wrap("it is", 4));
        Assert.Equal(["a", "very", "long", "er", "word"], TextWidth.Wrap("a very longer word", 4));
        Assert.Equal(["東京", "大阪"], TextWidth.Wrap("東京大阪", 5));
        Assert.Equal([""], TextWidth.Wrap("", 5));
    }

    [Fact]
    public void A_text_that_is_too_wide_ends_in_dots()
    {
        Assert.Equal("abcd", TextWidth.Shorten("abcd", 4));
        Assert.Equal("abc…", TextWidth.Shorten("abcde", 4));
        Assert.Equal("東…", TextWidth.Shorten("東京大阪", 4));
    }

    [Fact]
    public void A_test_runner_is_no_terminal() => Assert.Equal(80, Console.IsOutputRedirected ? TextWidth.OfOutput() : TextWidth.OfFiles);
}
