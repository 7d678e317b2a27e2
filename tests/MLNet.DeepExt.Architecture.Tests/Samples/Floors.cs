// A small engine that breaks each rule of the floors once, and keeps to them otherwise; FloorsTests lists the breaches.
namespace MLNet.DeepExt.Architecture.Tests.Samples.Floors
{
    internal sealed class AtTheRoot;
}

namespace MLNet.DeepExt.Architecture.Tests.Samples.Floors.Kernels
{
    internal sealed class Kernel;

    internal sealed class KernelUsingPrimitive(Primitives.Primitive primitive)
    {
        public string Name => primitive.ToString()!;
    }
}

namespace MLNet.DeepExt.Architecture.Tests.Samples.Floors.Primitives
{
    internal sealed class Primitive
    {
        public Kernels.Kernel Allowed { get; } = new();
    }
}

namespace MLNet.DeepExt.Architecture.Tests.Samples.Floors.Losses
{
    internal sealed class Loss
    {
        public Kernels.Kernel Allowed { get; } = new();
    }
}

namespace MLNet.DeepExt.Architecture.Tests.Samples.Floors.Regularizers
{
    internal sealed class RegularizerUsingLoss
    {
        public bool IsLoss(object other) => other is Losses.Loss;
    }
}

namespace MLNet.DeepExt.Architecture.Tests.Samples.Floors.Optimizers
{
    internal sealed class OptimizerUsingLayer
    {
        public bool IsLayer(object other) => other is Layers.Layer;
    }
}

namespace MLNet.DeepExt.Architecture.Tests.Samples.Floors.Layers
{
    internal sealed class Layer
    {
        public IEnumerable<Losses.Loss> Allowed { get; } = [];

        public Func<object> UsesTraining() => () => new Training.Trainer();
    }
}

namespace MLNet.DeepExt.Architecture.Tests.Samples.Floors.Data
{
    internal sealed class Source
    {
        public Persistence.Checkpoint? Checkpoint { get; }
    }
}

namespace MLNet.DeepExt.Architecture.Tests.Samples.Floors.Data.Augmentation
{
    internal sealed class Shift
    {
        public Source? OwnFolder { get; }

        public Layers.Layer? LowerFloor { get; }
    }
}

namespace MLNet.DeepExt.Architecture.Tests.Samples.Floors.Persistence
{
    internal sealed class Checkpoint;
}

namespace MLNet.DeepExt.Architecture.Tests.Samples.Floors.Training
{
    internal sealed class Trainer;
}

namespace MLNet.DeepExt.Architecture.Tests.Samples.Floors.Misplaced
{
    internal sealed class Stray;
}
