using MLNet.DeepExt.Architecture.Tests.Metadata;
using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class FloorsTests
{
    [Fact]
    public void Every_folder_of_the_engine_uses_lower_floors_only() =>
        Rule.Holds(Floors.Violations(UseReader.Read(Repository.PathOf(Repository.Neural)), Repository.Neural));

    [Fact]
    public void Breaches_are_reported()
    {
        const string Root = "MLNet.DeepExt.Architecture.Tests.Samples.Floors";
        AssemblyUses self = UseReader.Read(typeof(FloorsTests).Assembly.Location);
        AssemblyUses sample = self with { Types = [.. self.Types.Where(uses => uses.Type.IsWithin(Root))] };
        Rule.Reports(
            Floors.Violations(sample, Root).Select(line => line.Replace(Root + ".", "", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
            "AtTheRoot stands on no floor; place its folder in the table of Floors",
            "Data.Source (floor 4) must not use Persistence.Checkpoint (floor 4)",
            "Kernels.KernelUsingPrimitive (floor 0) must not use Primitives.Primitive (floor 0)",
            "Layers.Layer (floor 2) must not use Training.Trainer (floor 5)",
            "Misplaced.Stray stands on no floor; place its folder in the table of Floors",
            "Optimizers.OptimizerUsingLayer (floor 2) must not use Layers.Layer (floor 2)",
            "Regularizers.RegularizerUsingLoss (floor 1) must not use Losses.Loss (floor 1)");
    }
}
