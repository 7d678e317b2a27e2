// A uses B uses C uses A; D uses all of them and is used by none.
namespace MLNet.DeepExt.Architecture.Tests.Samples.Cycles.A
{
    internal sealed class First
    {
        public B.Second? Next { get; }
    }

    internal sealed class Idle;
}

namespace MLNet.DeepExt.Architecture.Tests.Samples.Cycles.B
{
    internal sealed class Second
    {
        public C.Third? Next { get; }
    }
}

namespace MLNet.DeepExt.Architecture.Tests.Samples.Cycles.C
{
    internal sealed class Third
    {
        public bool Closes(object other) => other is A.Idle;
    }
}

namespace MLNet.DeepExt.Architecture.Tests.Samples.Cycles.D
{
    internal sealed class Outside
    {
        public (A.First, B.Second, C.Third)? All { get; }
    }
}
