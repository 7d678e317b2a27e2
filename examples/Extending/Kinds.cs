using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Persistence;

namespace Extending;

/// <summary>How the kinds of this program are written, described at compile time: that also works trimmed and compiled ahead of time.</summary>
[JsonSerializable(typeof(LogCosh))]
[JsonSerializable(typeof(ShareWithin))]
[JsonSerializable(typeof(Sharpened))]
[JsonSerializable(typeof(Triangle))]
[JsonSerializable(typeof(LogPenalty))]
[JsonSerializable(typeof(Signs))]
[JsonSerializable(typeof(Gate))]
[JsonSerializable(typeof(Sine))]
internal sealed partial class Kinds : JsonSerializerContext
{
    /// <summary>Lets files name them. Every program that loads such a file has to do it first.</summary>
    public static void Register()
    {
        KindRegistry.Register(Default.LogCosh);
        KindRegistry.Register(Default.ShareWithin);
        KindRegistry.Register(Default.Sharpened);
        KindRegistry.Register(Default.Triangle);
        KindRegistry.Register(Default.LogPenalty);
        KindRegistry.Register(Default.Signs);
        KindRegistry.Register(Default.Gate);
        KindRegistry.Register(Default.Sine);
    }
}
