using System.Reflection;
using MLNet.DeepExt.Architecture.Tests.Metadata;
using MLNet.DeepExt.Architecture.Tests.Rules;
using MLNet.DeepExt.Architecture.Tests.Samples;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class ForeignInternalsTests
{
    private static readonly ForeignInternals Face = new(
        Repository.Load(Repository.Face),
        UseReader.Read(Repository.PathOf(Repository.Face)),
        assembly => assembly == "Microsoft.ML" || assembly.StartsWith("Microsoft.ML.", StringComparison.Ordinal));

    private readonly ForeignInternals _sample = Sample();

    [Fact]
    public void Internals_of_ML_NET_are_used_in_Interop_only() => Rule.Holds(Face.UsedOutside("MLNet.DeepExt.Interop"));

    [Fact]
    public void Whatever_is_used_of_ML_NET_exists_in_the_referenced_version() => Rule.Holds(Face.Missing());

    [Fact]
    public void No_internal_of_ML_NET_shows_in_the_public_surface() => Rule.Holds(Face.Leaks());

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

    private static ForeignInternals Sample()
    {
        (Assembly loaded, AssemblyUses uses) = EmittedAssemblies.Create();
        return new ForeignInternals(loaded, uses, assembly => assembly == EmittedAssemblies.Foreign);
    }
}
