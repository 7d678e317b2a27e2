using System.Reflection;
using MLNet.DeepExt.Architecture.Tests.Metadata;
using MLNet.DeepExt.Architecture.Tests.Rules;
using MLNet.DeepExt.Architecture.Tests.Samples;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class ForeignInternalsTests
{
    private readonly ForeignInternals _sample = Sample();

    [Theory]
    [MemberData(nameof(Repository.UsersOfInternals), MemberType = typeof(Repository))]
    public void Internals_of_ML_NET_are_used_in_Interop_only(string assembly) => Rule.Holds(Of(assembly).UsedOutside(assembly + ".Interop"));

    [Theory]
    [MemberData(nameof(Repository.UsersOfInternals), MemberType = typeof(Repository))]
    public void Whatever_is_used_of_ML_NET_exists_in_the_referenced_version(string assembly) => Rule.Holds(Of(assembly).Missing());

    [Theory]
    [MemberData(nameof(Repository.UsersOfInternals), MemberType = typeof(Repository))]
    public void No_internal_of_ML_NET_shows_in_the_public_surface(string assembly) => Rule.Holds(Of(assembly).Leaks());

    [Fact]
    public void Internals_used_outside_their_home_are_reported() =>
        Rule.Reports(
            _sample.UsedOutside("Ours.Interop"),
            "Ours.Trainers.Guest uses the internal Foreign.Hidden; move that into Ours.Interop",
            "Ours.Trainers.Guest uses the internal Foreign.Open.Kept; move that into Ours.Interop",
            "Ours.Trainers.Guest uses the internal Foreign.Open.Hook; move that into Ours.Interop");

    [Fact]
    public void All_internals_in_use_are_listed() =>
        Rule.Reports(_sample.All(), "Foreign.Hidden", "Foreign.Open.Hook", "Foreign.Open.Kept");

    [Fact]
    public void What_a_new_version_took_away_is_reported() =>
        Rule.Reports(
            _sample.Missing(),
            "Ours.Interop.Home uses Foreign.Dropped, which Foreign does not have",
            "Ours.Interop.Home uses Foreign.Open.Gone, which Foreign does not have in this form");

    [Fact]
    public void Internals_in_the_public_surface_are_reported() =>
        Rule.Reports(_sample.Leaks(), "Ours.Trainers.Guest.Shown shows the internal Foreign.Hidden");

    private static ForeignInternals Of(string assembly) => new(
        Repository.Load(assembly),
        UseReader.Read(Repository.PathOf(assembly)),
        name => name == "Microsoft.ML" || name.StartsWith("Microsoft.ML.", StringComparison.Ordinal));

    private static ForeignInternals Sample()
    {
        (Assembly loaded, AssemblyUses uses) = EmittedAssemblies.Create();
        return new ForeignInternals(loaded, uses, assembly => assembly == EmittedAssemblies.Foreign);
    }
}
