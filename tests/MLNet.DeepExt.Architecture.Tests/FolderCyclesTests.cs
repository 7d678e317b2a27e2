using MLNet.DeepExt.Architecture.Tests.Metadata;
using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class FolderCyclesTests
{
    // The options and results that users name stand directly in the folder, beside the entry points; the parts of the folder take the one and
    // make the other, and the entry points call the parts. What a criterion measures names the criterion that it is of.
    private static readonly (string From, string To)[] Known =
    [
        ("src/MLNet.DeepExt/Evaluation/Columns", "src/MLNet.DeepExt/Evaluation"),
        ("src/MLNet.DeepExt/Evaluation/Folds", "src/MLNet.DeepExt/Evaluation"),
        ("src/MLNet.DeepExt/Evaluation/Reports", "src/MLNet.DeepExt/Evaluation"),
        ("src/MLNet.DeepExt/Evaluation/Rows", "src/MLNet.DeepExt/Evaluation"),
        ("src/MLNet.DeepExt/Selection/Measuring", "src/MLNet.DeepExt/Selection"),
        ("src/MLNet.DeepExt/Selection/Measuring", "src/MLNet.DeepExt/Selection/Criteria"),
    ];

    private static readonly Folders Sources = new(SourceFile.All());

    [Theory]
    [MemberData(nameof(Repository.Assemblies), MemberType = typeof(Repository))]
    public void No_folders_use_each_other_whatever_their_namespaces_are(string assembly) =>
        Rule.Holds(Cycles.Violations(UseReader.Read(Repository.PathOf(assembly)), Sources.Of, Known));

    [Theory]
    [MemberData(nameof(Repository.Assemblies), MemberType = typeof(Repository))]
    public void No_folders_of_a_project_use_each_other_with_all_that_is_in_them(string assembly) =>
        Rule.Holds(Cycles.Violations(UseReader.Read(Repository.PathOf(assembly)), Sources.RoomOf));

    [Fact]
    public void No_folders_of_a_project_use_each_other_by_using_directives() =>
        Rule.Holds(Cycles.Violations(Folders.Directives([.. SourceFile.All()])));

    [Theory]
    [MemberData(nameof(Repository.Assemblies), MemberType = typeof(Repository))]
    public void Most_types_of_an_assembly_are_found_in_a_folder(string assembly)
    {
        TypeName[] types = [.. UseReader.Read(Repository.PathOf(assembly)).Types.Select(uses => uses.Type)];
        Assert.InRange(types.Count(type => Sources.Of(type) is not null), types.Length * 9 / 10, types.Length);
    }

    [Fact]
    public void A_cycle_between_folders_of_one_namespace_is_reported_and_the_kinds_that_a_base_record_lists_are_no_use()
    {
        const string Root = "MLNet.DeepExt.Architecture.Tests.Samples.Folders";
        AssemblyUses self = UseReader.Read(typeof(FolderCyclesTests).Assembly.Location);
        AssemblyUses sample = self with { Types = [.. self.Types.Where(uses => uses.Type.IsWithin(Root))] };
        var folders = new Folders(
        [
            new SourceFile("src/P/Room/Base.cs", $"namespace {Root};\n\nabstract record Base;\n"),
            new SourceFile("src/P/Room/Kinds/Kind.cs", $"namespace {Root};\n\nrecord Kind;\n"),
            new SourceFile("src/P/Room/Kinds/Listing.cs", $"namespace {Root};\n\nclass Listing;\n"),
            new SourceFile("src/P/Room/Lists/List.cs", $"namespace {Root};\n\nclass List<T>;\n"),
        ]);
        Rule.Reports(
            Cycles.Violations(sample, folders.Of).Select(line => line.Replace(Root + ".", "", StringComparison.Ordinal)),
            "List`1 → Listing closes a cycle between src/P/Room/Lists and src/P/Room/Kinds",
            "Listing → List`1 closes a cycle between src/P/Room/Kinds and src/P/Room/Lists");
        Rule.Holds(Cycles.Violations(sample, folders.Of, ("src/P/Room/Lists", "src/P/Room/Kinds")));
        Rule.Holds(Cycles.Violations(sample, folders.RoomOf));
    }

    [Fact]
    public void A_cycle_of_using_directives_is_reported_between_the_folders_right_below_the_project() =>
        Rule.Reports(
            Cycles.Violations(Folders.Directives(
            [
                new SourceFile("src/P/Data/Rows/Row.cs", "using P.Interop.Schemas;\n\nnamespace P.Data;\n\nclass Row;\n"),
                new SourceFile("src/P/Interop/Schemas/Shape.cs", "using System;\n\nnamespace P.Interop.Schemas;\n\nclass Shape;\n"),
                new SourceFile("src/P/Interop/Scoring/Block.cs", "using P.Data;\n\nnamespace P.Interop.Scoring;\n\nclass Block;\n"),
                new SourceFile("src/P/Search/Search.cs", "using P.Data;\n\nnamespace P.Search;\n\nclass Search;\n"),
            ])),
            "src/P/Data/Rows/Row.cs → P.Interop.Schemas closes a cycle between src/P/Data and src/P/Interop",
            "src/P/Interop/Scoring/Block.cs → P.Data closes a cycle between src/P/Interop and src/P/Data");
}
