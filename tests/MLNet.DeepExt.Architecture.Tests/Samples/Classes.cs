namespace MLNet.DeepExt.Architecture.Tests.Samples.Classes;

internal abstract class AbstractClass;

internal sealed class SealedClass
{
    // Neither the closure nor the state machine is a class that anybody wrote.
    public IEnumerable<Func<int>> Closures(int captured)
    {
        yield return () => captured;
    }
}

internal static class StaticClass;

internal abstract record AbstractRecord;

internal struct Structure;

internal class Between
{
    internal record NestedBetween;
}
