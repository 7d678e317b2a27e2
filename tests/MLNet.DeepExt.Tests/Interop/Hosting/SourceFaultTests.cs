using Microsoft.ML;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Interop.Hosting;

public sealed class SourceFaultTests
{
    private const string Splitter = "Splitter/consolidator worker encountered exception while consuming source data";

    public static TheoryData<Exception> Carried =>
    [
        new InvalidOperationException("Row 3 is torn; mend it."),
        new FormatException("Row 3 is torn; mend it."),
        new InvalidDataException("Row 3 is torn; mend it."),
        new IOException("Row 3 is torn; mend it."),
        new FileNotFoundException("Row 3 is torn; mend it.", "rows.csv"),
        new UnauthorizedAccessException("Row 3 is torn; mend it."),
        new NotSupportedException("Row 3 is torn; mend it."),
        new ArgumentException("Row 3 is torn; mend it."),
        new ArgumentOutOfRangeException(null, "Row 3 is torn; mend it."),
        new OutOfMemoryException("Row 3 is torn; mend it."),
        new OperationCanceledException("Row 3 is torn; mend it."),
    ];

    [Theory]
    [MemberData(nameof(Carried))]
    public void What_was_carried_keeps_its_type_and_message_and_everything_thrown_stays_behind_it(Exception cause)
    {
        var thrown = new InvalidOperationException(Splitter, new InvalidOperationException(Splitter, cause));
        Exception? found = SourceFault.Find(thrown);
        Assert.NotNull(found);
        Assert.Equal(cause.GetType(), found.GetType());
        Assert.Equal("Row 3 is torn; mend it.", found.Message);
        Assert.Same(thrown, found.InnerException);
    }

    [Theory]
    [InlineData(Splitter)]
    [InlineData("Shuffle input cursor reader failed with an exception")]
    [InlineData("Event we were waiting on was subject to an exception")]
    public void Every_message_about_threads_gives_way(string message) =>
        Assert.Equal(
            "Row 3 is torn; mend it.",
            SourceFault.Find(new InvalidOperationException(
                message, new AggregateException(new InvalidOperationException("Row 3 is torn; mend it."))))?.Message);

    [Fact]
    public void A_stream_that_cannot_be_read_says_why() =>
        Assert.Equal(
            "The disk was taken away.",
            Assert.IsType<IOException>(SourceFault.Find(new FormatException(
                "Stream reading encountered exception", new IOException("The disk was taken away.")))).Message);

    [Fact]
    public void A_type_of_the_users_own_becomes_ML_NETs_with_its_message() =>
        Assert.Equal("This is mine.", Assert.IsType<InvalidOperationException>(
            SourceFault.Find(new InvalidOperationException(Splitter, new OwnException("This is mine.")))).Message);

    [Fact]
    public void An_exception_without_a_message_is_called_by_its_type() =>
        Assert.Equal(nameof(OwnException), SourceFault.Find(new InvalidOperationException(Splitter, new OwnException("")))?.Message);

    [Fact]
    public void An_exception_that_means_what_it_says_stays_as_it_is()
    {
        Assert.Null(SourceFault.Find(new InvalidOperationException("The label is wrong.", new FormatException("It is 'perhaps'."))));
        Assert.Null(SourceFault.Find(new InvalidOperationException(Splitter)));
        Assert.Null(SourceFault.Find(new IOException("No disk.")));
    }

    [Fact]
    public void ML_NET_itself_hides_what_happened_to_rows_and_where_we_read_them_it_is_seen()
    {
        var context = new MLContext(1);
        IDataView torn = TornRows.Behind(context, TornRows.Of(context));
        var hidden = Assert.ThrowsAny<Exception>(() => context.Regression.Trainers.Sdca("Number").Fit(torn));
        Exception seen = Assert.Throws<InvalidOperationException>(
            () => SourceFault.Surfaced(() => context.Regression.Trainers.Sdca("Number").Fit(torn)));
        Assert.Equal(TornRows.Message, seen.Message);
        Assert.Equal("Shuffle input cursor reader failed with an exception", hidden.Message);
        Assert.Equal(hidden.Message, seen.InnerException?.Message);
    }

    private sealed class OwnException(string message) : Exception(message);
}
