namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>What the header of a <see cref="SafetensorsFile"/> says of one tensor; it takes <c>End - Begin</c> bytes.</summary>
internal sealed record SafetensorsEntry(string Name, string DataType, int[] Shape, long Begin, long End);
