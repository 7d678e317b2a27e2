using MLNet.DeepExt.Architecture.Tests.Metadata;
using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class MovedCursorsTests
{
    private const string Place = "MLNet.DeepExt.Interop.Hosting.SourceCursors";
    private const string View = "Microsoft.ML.IDataView";
    private const string Cursor = "Microsoft.ML.DataViewRowCursor";

    [Theory]
    [MemberData(nameof(Repository.Assemblies), MemberType = typeof(Repository))]
    public void Cursors_of_data_views_are_opened_and_moved_in_one_place(string assembly) =>
        Rule.Holds(MovedCursors.Violations(UseReader.Read(Repository.PathOf(assembly)), View, Cursor, Place));

    [Fact]
    public void A_cursor_that_is_opened_or_moved_elsewhere_is_reported() =>
        Rule.Reports(
            MovedCursors.Violations(UseReader.Read(Repository.PathOf(Repository.Face)), View, Cursor, "the place"),
            $"{Place} opens or moves a {Cursor} itself; have the place do it");
}
